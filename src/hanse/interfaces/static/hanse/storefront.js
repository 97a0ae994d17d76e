// The little of the mall that HTML cannot do itself. Every page works without it.
"use strict";

// At a desk there is room for what a phone folds away.
if (window.matchMedia("(min-width: 1000px)").matches) {
  document.querySelectorAll("[data-wide-open]").forEach((box) => { box.open = true; });
}

// A page is shared by the system's own sheet, or else its address is copied.
document.querySelectorAll("[data-share]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const canonical = document.querySelector("link[rel=canonical]");
    const url = canonical ? canonical.href : location.href;
    try {
      if (navigator.share) return await navigator.share({ title: document.title, url });
      await navigator.clipboard.writeText(url);
      button.querySelector("span").textContent = button.dataset.copied;
    } catch { /* whoever closes the sheet shares nothing */ }
  });
});

// In China a place is put together from its divisions; the field below holds it, and elsewhere it is typed there.
document.querySelectorAll("[data-divisions]").forEach((box) => {
  const selects = [...box.querySelectorAll("select")];
  box.hidden = false;
  box.addEventListener("change", (event) => {
    selects.slice(selects.indexOf(event.target) + 1).forEach((later) => later.replaceChildren());
    const parts = selects.filter((select) => select.value).map((select) => select.selectedOptions[0].textContent);
    document.getElementById(box.dataset.divisions).value = parts.join(" ");
  });
});

// That a product was looked at is said once its page is there: asking for the page writes nothing.
document.querySelectorAll("[data-seen]").forEach((form) => {
  window.addEventListener("load", () => fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {}));
});

// The mall can be installed, and says so itself when there is no network.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js").catch(() => {});

// Beside a number of pieces stand buttons for one less and one more; without scripts it is a plain field.
function steppers(within) { within.querySelectorAll("[data-step]").forEach((button) => { button.hidden = false; }); }
steppers(document);
document.addEventListener("htmx:load", (event) => steppers(event.target));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  const input = button && button.parentElement.querySelector("input");
  if (!input) return;
  if (button.dataset.step > 0) input.stepUp(); else input.stepDown();
  for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
});
