"""The 28 tests: one explicit tuple a section, one small file per judge."""
