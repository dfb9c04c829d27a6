// Notes what a page says to trackers and peers, and what it shows: `spied`.
(() => {
  const spied = { sockets: [], closed: 0, said: [], heard: [], shown: [], connections: [], isLeaving: false, hasLeft: false };
  window.spied = spied;
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const text = (data) => (typeof data === 'string' ? data : new TextDecoder().decode(data));

  window.WebSocket = class extends WebSocket {
    constructor(url, ...more) {
      super(url, ...more);
      spied.sockets.push(String(url));
      this.addEventListener('close', () => { spied.closed += 1; });
      this.addEventListener('message', async ({ data }) => {
        spied.heard.push(text(data instanceof Blob ? await data.arrayBuffer() : data));
      });
    }

    send(data) {
      spied.said.push(text(data));
      super.send(data);
    }
  };

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...wishes) {
      super(...wishes);
      spied.connections.push(this);
    }
  };

  // What is appended, by its digest; init sections begin with `ftyp`.
  const append = SourceBuffer.prototype.appendBuffer;
  SourceBuffer.prototype.appendBuffer = function (data) {
    const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
    const kind = String.fromCharCode(...bytes.subarray(4, 8));
    const shown = { kind, sha256: null };
    spied.shown.push(shown);
    crypto.subtle.digest('SHA-256', bytes).then((digest) => { shown.sha256 = hex(digest); });
    return append.call(this, data);
  };

  // A viewer who leaves in the middle of a segment: half of a slice goes out, then nothing ever again.
  const send = RTCDataChannel.prototype.send;
  RTCDataChannel.prototype.send = function (data) {
    if (spied.hasLeft) return;
    const bytes = ArrayBuffer.isView(data) ? data : new Uint8Array(data);
    if (spied.isLeaving && 16384 < bytes.byteLength) {
      spied.hasLeft = true;
      data = bytes.subarray(0, bytes.byteLength >> 1);
    }
    send.call(this, data);
  };
})();
