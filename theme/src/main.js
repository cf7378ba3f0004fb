// Small comforts. Every page works without this file.

// A form that came back with errors: take the reader, and the screen reader, to the list of them.
const summary = document.querySelector(".nhsuk-error-summary");
if (summary) {
  summary.setAttribute("tabindex", "-1");
  summary.focus();
}

// A second press within a second is a slip, not a second wish.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 1000);
});

// Work in the background: ask the same page again until the work is done, and swap only that part.
const watch = (part) => {
  const seconds = Number(part.dataset.refresh);
  if (!seconds || !part.id) {
    return;
  }
  setTimeout(async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (answer.ok && fresh) {
        if (fresh.innerHTML !== part.innerHTML) {
          part.innerHTML = fresh.innerHTML;
        }
        part.dataset.refresh = fresh.dataset.refresh || "";
      }
    } catch {
      // The network is away for a moment: the next round asks again.
    }
    watch(part);
  }, seconds * 1000);
};
document.querySelectorAll("[data-refresh]").forEach(watch);

document.querySelectorAll("button[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
