// Files that are dropped anywhere on the page.

import { byId } from "./dom.js";

export function listenForDrops({ mayDrop, take }) {
  const cover = byId("drop");
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    cover.hidden = !mayDrop();
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) cover.hidden = true;
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    cover.hidden = true;
    if (mayDrop()) take([...event.dataTransfer.files]);
  });
}
