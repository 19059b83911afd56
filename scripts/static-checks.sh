#!/usr/bin/env bash
# The actions, the workflows (ours and the examples') and the shell scripts, checked by every tool that knows them.
# Runs all of them, then fails when one did. Offline; about two seconds.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
[[ -x .venv/bin/zizmor ]] || { echo "static-checks: .venv is not there; make setup makes it" >&2; exit 1; }
export PATH="$PWD/.venv/bin:$PATH" # jactionlint looks for shellcheck there

# Untracked files count too: a new workflow is checked before it is committed.
list() { git ls-files --cached --others --exclude-standard -- "$@"; }
mapfile -t workflows < <(list '.github/workflows/*.yml' 'examples/**/.github/workflows/*.yml')
mapfile -t actions < <(list 'action.yml' 'actions/*/action.yml' 'tests/e2e/standins/*/action.yml')
mapfile -t scripts < <(list '*.sh' '.ci/run')

failed=()
check() {
  local name=$1
  shift
  if "$@"; then echo "ok      $name"; else
    echo "FAILED  $name"
    failed+=("$name")
  fi
}

check "jactionlint" jactionlint --oneline "${workflows[@]}" "${actions[@]}"
check "zizmor" zizmor --offline --no-progress --quiet --persona=auditor --strict-collection .
check "schema of actions" check-jsonschema --quiet --builtin-schema vendor.github-actions "${actions[@]}"
check "schema of workflows" check-jsonschema --quiet --builtin-schema vendor.github-workflows "${workflows[@]}"
check "every job has a timeout" check-jsonschema --quiet --builtin-schema custom.github-workflows-require-timeout "${workflows[@]}"
check "schema of dependabot.yml" check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
check "shellcheck" shellcheck "${scripts[@]}"
check "table of actions in README.md" .venv/bin/python scripts/write_actions_table.py --check

if ((${#failed[@]})); then
  echo "static-checks: ${#failed[@]} failed: ${failed[*]}" >&2
  exit 1
fi
