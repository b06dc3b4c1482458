// Pictures of our own making, ready to click. Made by tests/browser/draw_samples.py.

export const SAMPLES = [
  { name: "error.png", title: "A screenshot with an error", alt: "", ask: "What does this error mean, and how do I fix it?" },
  { name: "chart.png", title: "A chart", alt: "", ask: "What does this chart say?" },
  { name: "sign.png", title: "A sign", alt: "", ask: "What does the sign say?" },
  { name: "drawing.png", title: "A drawing", alt: "", ask: "What is in this drawing?" },
];

export async function fetchSample(sample) {
  const response = await fetch(`/page/samples/${sample.name}`);
  return new File([await response.blob()], sample.name, { type: "image/png" });
}
