// The little of the mall that HTML cannot do itself. Every page works without it.
"use strict";

// At a desk there is room for what a phone folds away.
if (window.matchMedia("(min-width: 1000px)").matches) {
  document.querySelectorAll("[data-wide-open]").forEach((box) => { box.open = true; });
}
