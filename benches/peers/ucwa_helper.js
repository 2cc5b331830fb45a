// Feeds a recorded event stream to Microsoft's JavaScript helper library for UCWA, REPETITIONS times.
//
//   node ucwa_helper.js FOLDER RECORDING REPETITIONS
//
// FOLDER is Skype/UCWA/samples/scripts in a checkout of https://github.com/OfficeDev/skype-docs. The library runs in a browser:
// this file has what it needs of jQuery and of the window. The hidden frame that sends the requests answers at once with the
// next response of the recording. Packing the responses as the frame does happens once, before they are counted.
"use strict";

const fs = require("fs");
const path = require("path");
const vm = require("vm");

const [folder, recording, repetitions] = process.argv.slice(2);
const bodies = JSON.parse(fs.readFileSync(recording, "utf8"));
const headers = "Content-Type: application/json\r\nCache-Control: no-cache\r\n";
// Each is the message of the frame without the number of the request, which comes last.
const packed = bodies.map((responseText) => JSON.stringify({ status: 200, headers, responseText }).slice(0, -1));

class Deferred {
  done(callback) { callback(this.value); return this; }
  resolve(value) { this.value = value; return this; }
  reject() { return this; }
  promise() { return this; }
}

const listeners = new Set();
const waiting = [];
const window = {
  // What the library reports goes beside the result.
  console: { log: console.error, error: console.error, trace: console.error },
  addEventListener: (_, listener) => listeners.add(listener),
  removeEventListener: (_, listener) => listeners.delete(listener),
};
window.window = window;
window.jQuery = {
  Deferred: () => new Deferred(),
  isFunction: (it) => typeof it === "function",
  isArray: Array.isArray,
  trim: (text) => text.trim(),
  extend: Object.assign,
};
window.$ = window.jQuery;
vm.createContext(window);
for (const name of ["GeneralHelper", "MemoryStorage", "Cache", "Transport", "Events"]) {
  const file = path.join(folder, `${name}.js`);
  vm.runInContext(fs.readFileSync(file, "utf8"), window, { filename: file });
}

const { Transport, Cache, Events } = window.microsoft.rtc.ucwa.samples;
const transport = new Transport("https://client.contoso.example");
const frame = { postMessage: (request) => waiting.push(JSON.parse(request).messageId) };
transport.setElement(frame, "https://pool.contoso.example/xframe");
transport.setAuthorization("cwt=demo", "Bearer");
const cache = new Cache();
cache.create({ id: "main", data: { _links: { events: { href: "/ucwa/events?ack=1" } } } });
const events = new Events(cache, transport);

// The application: a list of those who call, as rsvp's decoding and reducing has it.
let seen = 0;
const ringing = new Map();
const kinds = ["messagingInvitation", "phoneAudioInvitation", "onlineMeetingInvitation", "audioVideoInvitation"];
for (const rel of kinds) {
  const note = (event) => {
    const invitation = event._embedded[rel];
    ringing.set(event.link.href, {
      subject: invitation.subject, importance: invitation.importance, links: invitation._links,
    });
  };
  events.addEventHandlers({ rel }, { started: note, updated: note, completed: (event) => ringing.delete(event.link.href) });
}
const count = () => { seen += 1; };
events.addEventHandlers({ rel: "*" }, { started: count, updated: count, completed: count });

events.startEvents();
for (let round = 0; round < Number(repetitions); round++) {
  for (const body of packed) {
    const data = `${body},"messageId":"${waiting.shift()}"}`;
    for (const listener of [...listeners]) listener({ data });
  }
}
console.log(seen);
