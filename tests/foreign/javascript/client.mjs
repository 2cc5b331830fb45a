// A client of UCWA as the documentation's tasks describe it: it follows links, and knows no other address than
// that of discovery.

import { randomUUID } from "node:crypto";

const TIMEOUT = 20_000;

export class Client {
  #wire;
  #token;
  #base;
  #arrived = [];
  #wake = () => {};
  #stopping = new AbortController();
  #polling = Promise.resolve();

  constructor(wire) {
    this.#wire = wire;
  }

  // Signs in with a password and creates an application.
  async signIn(root, username, password) {
    this.#base = root;
    const discovery = this.#wire.resource(await (await this.#send("GET", root)).text());
    const [user] = discovery.links.user;
    const challenge = await this.#send("GET", user.href);
    check(challenge.status === 401, `user without a token: ${challenge.status}`);
    const [, ticket] = /MsRtcOAuth\s+href="?([^",]+)/.exec(challenge.headers.get("www-authenticate"));
    await this.#getToken(ticket, username, password);
    const [applications] = (await this.get(user.href)).links.applications;
    const input = { userAgent: "foreign client", endpointId: randomUUID(), culture: "en-US" };
    const created = await this.post(applications.href, input, 201);
    this.application = this.#wire.resource(await created.text());
  }

  async #getToken(href, username, password) {
    const body = new URLSearchParams({ grant_type: "password", username, password });
    const response = await fetch(href, { method: "POST", body });
    check(response.status === 200, `ticket: ${response.status}`);
    this.#token = (await response.json()).access_token;
  }

  // Reads a resource.
  async get(href) {
    const response = await this.#send("GET", href);
    check(response.status === 200, `GET ${href}: ${response.status}`);
    return this.#wire.resource(await response.text());
  }

  // Posts to a link and returns the response, which must have that status.
  async post(href, input, status = 204) {
    const response = await this.#send("POST", href, input);
    check(response.status === status, `POST ${href}: ${response.status} instead of ${status}`);
    return response;
  }

  // Sends a message in plain text by a `sendMessage` link, whose query stays as it is.
  async say(href, text) {
    const url = new URL(href, this.#base);
    url.searchParams.set("operationId", randomUUID());
    const response = await this.#send("POST", url, text, "text/plain");
    check(response.status === 201, `sendMessage: ${response.status}`);
  }

  // Makes the user available and begins to poll.
  async makeAvailable() {
    const [me] = this.application.embedded.me;
    this.#polling = this.#poll(this.application.links.events[0].href);
    // A failure is reported by `next`.
    this.#polling.catch(() => {});
    await this.post(me.links.makeMeAvailable[0].href, {
      supportedModalities: ["Messaging", "PhoneAudio"],
      supportedMessageFormats: ["Plain", "Html"],
      signInAs: "Online",
      phoneNumber: "tel:+14255552222",
    });
    const again = await this.get(this.application.href);
    check(!again.embedded.me[0].links.makeMeAvailable, "makeMeAvailable is still there");
    await this.post(again.embedded.me[0].links.reportMyActivity[0].href);
  }

  async #poll(href) {
    while (href) {
      const response = await this.#send("GET", href).catch((error) => error);
      if (this.#stopping.signal.aborted) return;
      check(response.status === 200, `events: ${response.status ?? response}`);
      const { next, events } = this.#wire.batch(await response.text());
      this.#arrived.push(...events);
      this.#wake();
      href = next;
    }
  }

  // Waits for the next event of that type about a resource of that relation.
  async next(type, rel, isWanted = () => true) {
    const deadline = Date.now() + TIMEOUT;
    for (;;) {
      const index = this.#arrived.findIndex((it) => it.type === type && it.rel === rel && isWanted(it));
      if (index >= 0) return this.#arrived.splice(index, 1)[0];
      const isWoken = new Promise((resolve) => (this.#wake = resolve));
      const isOver = new Promise((_, reject) => {
        const seen = this.#arrived.map((it) => `${it.type} ${it.rel}`).join(", ");
        const error = new Error(`no ${rel} ${type}; there were: ${seen}`);
        setTimeout(reject, Math.max(0, deadline - Date.now()), error).unref();
      });
      await Promise.race([isWoken, isOver, this.#polling.then(() => isOver)]);
    }
  }

  // Ends the application.
  async signOut() {
    this.#stopping.abort();
    const response = await this.#send("DELETE", this.application.href);
    check(response.status === 204, `DELETE of the application: ${response.status}`);
    await this.#polling;
    const gone = await this.#send("GET", this.application.href);
    check(gone.status === 404, `the application after it ended: ${gone.status}`);
    await gone.arrayBuffer();
  }

  #send(method, href, input, type = this.#wire.type) {
    const headers = { Accept: this.#wire.type };
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    const body = typeof input === "object" ? this.#wire.encode(input) : input;
    if (body) headers["Content-Type"] = type;
    return fetch(new URL(href, this.#base), { method, headers, body });
  }
}

// Throws an error unless `condition` holds.
export function check(condition, message) {
  if (!condition) throw new Error(message);
}
