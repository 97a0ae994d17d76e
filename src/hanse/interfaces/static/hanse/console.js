// The little that consoles need beyond HTML. Every page works without it.
"use strict";

// A list is sifted as soon as something is chosen.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-sift]");
  if (form && event.target.tagName === "SELECT") form.requestSubmit();
});

// Rows are picked one by one or all together, and counted.
function countPicked() {
  const picked = document.querySelectorAll("input[name=pick]:checked").length;
  document.querySelectorAll("[data-picked]").forEach((place) => { place.textContent = picked ? `(${picked})` : ""; });
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) {
    document.querySelectorAll("input[name=pick]").forEach((box) => { box.checked = event.target.checked; });
  }
  if (event.target.matches("[data-pick-all], input[name=pick]")) countPicked();
});

// What cannot be taken back is asked about once more.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && button.dataset.ask && !window.confirm(button.dataset.ask)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

// What was refused is looked at first.
const refused = document.querySelector("[data-look]");
if (refused) (document.querySelector("[aria-invalid=true]") || refused).focus();

// A link is copied for sharing.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  await navigator.clipboard.writeText(field.value);
  button.textContent = button.dataset.done;
});

// A table to type into grows: the last row once more, empty and with numbers of its own.
document.querySelectorAll("[data-grid]").forEach((grid) => {
  const more = grid.querySelector("[data-grid-more]");
  more.hidden = false;
  more.addEventListener("click", () => {
    const rows = grid.querySelectorAll("tbody tr"), last = rows[rows.length - 1], row = last.cloneNode(true);
    row.querySelectorAll("input, select, label").forEach((part) => {
      ["name", "id", "for"].forEach((name) => {
        const said = part.getAttribute(name);
        if (said) part.setAttribute(name, said.replace(/-(\d+)-(?=[a-z_]+$)/, (_all, number) => `-${Number(number) + 1}-`));
      });
      if (part.tagName === "LABEL") part.textContent = part.textContent.replace(/\d+$/, (number) => Number(number) + 1);
      else if (part.tagName === "INPUT") { part.value = ""; part.removeAttribute("aria-invalid"); part.removeAttribute("aria-describedby"); }
    });
    row.querySelectorAll(".field-error").forEach((error) => error.remove());
    last.after(row);
    row.querySelector("input, select").focus();
  });
});

// On a phone the filters wait behind a button, unless one of them is in use.
document.querySelectorAll("[data-sift-more]").forEach((more) => {
  const form = more.form, used = [...form.querySelectorAll("select:not([data-tab])")].some((choice) => choice.selectedIndex > 0);
  const shut = (yes) => { form.classList.toggle("sift-shut", yes); more.setAttribute("aria-expanded", String(!yes)); };
  more.hidden = false;
  shut(!used);
  more.addEventListener("click", () => shut(!form.classList.contains("sift-shut")));
});

// Every combination of the kinds of variants becomes a row, as long as nobody has typed into the rows themselves.
const kinds = document.querySelector("textarea[name=options]");
if (kinds) kinds.addEventListener("change", () => {
  const values = kinds.value.split("\n").map((line) => line.replace("：", ":").split(":").slice(1).join(":"))
    .map((said) => said.split(/[,，、;；/]/).map((one) => one.trim()).filter(Boolean)).filter((one) => one.length);
  const names = values.length ? values.reduce((all, one) => all.flatMap((head) => one.map((part) => head ? `${head} / ${part}` : part)), [""]) : [];
  const cells = () => [...document.querySelectorAll("input[name^=variants-][name$=-name]")];
  if (names.length > 200 || cells().some((cell) => cell.value && cell.dataset.made !== cell.value)) return;
  const more = cells()[0].closest("[data-grid]").querySelector("[data-grid-more]");
  while (cells().length < names.length) more.click();
  cells().forEach((cell, place) => { cell.value = names[place] || ""; cell.dataset.made = cell.value; });
  kinds.focus();
});
