// The little that HTML cannot do itself. Every page works without it.
"use strict";

// A menu closes when one clicks elsewhere or presses Escape.
function closeMenus(except) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(except)) menu.open = false;
  });
}
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
});

// A form is sent once: its buttons rest until the answer is there. (The key in the form makes a second sending harmless.)
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.target.hasAttribute("hx-post")) return;
  setTimeout(() => event.target.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
});
// Coming back by the back button finds them awake again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[method=post] button[disabled]:not([data-off])").forEach((button) => { button.disabled = false; });
});

// A picture in the gallery's row becomes the large one.
document.addEventListener("click", (event) => {
  const thumb = event.target.closest("[data-large]");
  if (!thumb) return;
  event.preventDefault();
  const large = thumb.querySelector("picture, img").cloneNode(true);
  large.querySelectorAll("img").forEach((one) => { one.loading = "eager"; });
  document.getElementById("large").replaceChildren(large);
  document.querySelectorAll("[data-large]").forEach((other) => other.removeAttribute("aria-current"));
  thumb.setAttribute("aria-current", "true");
});

// Arrow keys walk from the search field through the suggestions and back; Escape puts them away.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest && event.target.closest("form.search");
  if (!form || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
  const stops = [form.querySelector("input"), ...form.querySelectorAll(".suggestions a")];
  if (event.key === "Escape") form.querySelector(".suggestions").replaceChildren();
  const next = event.key === "Escape" ? 0 : stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  if (stops[next]) { event.preventDefault(); stops[next].focus(); }
});

// Whoever was signed out in the middle of a form finds in it what was typed before.
{
  const kept = document.getElementById("resumed-form");
  const { path, fields } = kept ? JSON.parse(kept.textContent) : {};
  const form = kept && [...document.forms].find((one) => one.method === "post" && !one.closest("noscript") && new URL(one.action).pathname === path);
  for (const [name, values] of Object.entries(form ? fields : {})) {
    const found = [...form.elements].filter((one) => one.name === name && !["hidden", "file", "submit"].includes(one.type));
    found.forEach((one, place) => {
      if (one.type === "checkbox" || one.type === "radio") one.checked = values.includes(one.value);
      else if (one.multiple) [...one.options].forEach((option) => { option.selected = values.includes(option.value); });
      else one.value = values[place] ?? "";
    });
  }
  if (form) {
    form.querySelectorAll("input[type=checkbox]").forEach((one) => { if (!(one.name in fields)) one.checked = false; });
    for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  }
}
