// The line to the playground: what is asked gets an answer, what changes is told.

export class Connection {
  constructor({ told, opened, lost }) {
    this.told = told;
    this.opened = opened;
    this.lost = lost;
    this.waiting = new Map();
    this.count = 0;
    this.open();
  }

  open() {
    const address = new URL("/_page/socket", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.socket = new WebSocket(address);
    this.socket.addEventListener("open", () => this.opened());
    this.socket.addEventListener("message", (event) => this.hear(JSON.parse(event.data)));
    this.socket.addEventListener("close", () => this.close());
  }

  close() {
    for (const { reject } of this.waiting.values()) reject(new Error("The playground does not answer."));
    this.waiting.clear();
    this.lost();
    setTimeout(() => this.open(), 1000);
  }

  hear(message) {
    const waiting = this.waiting.get(message.ref);
    if (message.kind !== "done" && message.kind !== "failed") return this.told(message);
    this.waiting.delete(message.ref);
    if (message.kind === "done") waiting?.resolve(message.result);
    else waiting?.reject(new Error(message.error));
  }

  // Rejects with a sentence for the person at the page.
  do(name, body = {}) {
    if (this.socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error("The playground does not answer."));
    const ref = ++this.count;
    this.socket.send(JSON.stringify({ do: name, ref, ...body }));
    return new Promise((resolve, reject) => this.waiting.set(ref, { resolve, reject }));
  }
}

const LARGEST_FILE = 10 * 1024 * 1024; // bytes; as Discord takes them

export async function upload(file) {
  if (file.size > LARGEST_FILE) throw new Error(`${file.name} is too large: Discord takes files of up to 10 MiB.`);
  const response = await fetch(`/_page/uploads?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    body: file,
    headers: { "Content-Type": file.type || "application/octet-stream" },
  });
  const told = await response.json().catch(() => ({ error: `${file.name} could not be taken.` }));
  if (!response.ok) throw new Error(told.error);
  return told;
}
