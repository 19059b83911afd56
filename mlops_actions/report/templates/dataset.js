(() => {
  const form = document.getElementById("find"), text = document.getElementById("text");
  const only = document.getElementById("only"), said = document.getElementById("count");
  const cards = [...document.querySelectorAll(".card")].map((card) => ({
    card, name: card.querySelector("b").textContent.toLowerCase(), is: (card.dataset.is || "").split(" "),
  }));
  const show = () => {
    const wanted = text.value.trim().toLowerCase();
    let n = 0;
    for (const { card, name, is } of cards) {
      card.hidden = !(name.includes(wanted) && (!only.value || is.includes(only.value)));
      n += !card.hidden;
    }
    said.textContent = `${n} of ${cards.length} shown`;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", show);
  show();
})();
