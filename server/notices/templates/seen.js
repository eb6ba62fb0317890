// Tells that the page was before somebody's eyes: what fetches pages to look for malware does not run this.
const { seen } = document.currentScript.dataset;
const tell = () => {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", tell);
  fetch(seen, { method: "POST", keepalive: true });
};
document.addEventListener("visibilitychange", tell);
tell();
