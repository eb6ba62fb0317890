// Light or dark as the system says.
const dark = matchMedia("(prefers-color-scheme: dark)");

function paint(): void {
  document.documentElement.dataset["theme"] = dark.matches ? "dark" : "light";
}

export function followSystem(): void {
  paint();
  dark.addEventListener("change", paint);
}
