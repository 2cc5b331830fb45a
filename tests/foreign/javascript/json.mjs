// The JSON format of UCWA: resources with `_links` and `_embedded`, and batches of events.

const list = (value) => (value === undefined ? [] : [value].flat());

function resource(document, rel) {
  const { _links = {}, _embedded = {}, ...properties } = document;
  const links = Object.fromEntries(Object.entries(_links).map(([name, link]) => [name, list(link)]));
  const embedded = Object.fromEntries(
    Object.entries(_embedded).map(([name, value]) => [name, list(value).map((it) => resource(it, name))]),
  );
  return { rel: properties.rel ?? rel, href: _links.self?.href, properties, links, embedded };
}

function batch(document) {
  const events = document.sender.flatMap((sender) =>
    sender.events.map((event) => ({
      sender: sender.rel,
      type: event.type,
      status: event.status,
      reason: event.reason,
      rel: event.link.rel,
      href: event.link.href,
      resource: event._embedded && resource(event._embedded[event.link.rel], event.link.rel),
    })),
  );
  return { next: document._links.next?.href ?? document._links.resync?.href, events };
}

export const json = {
  type: "application/json",
  encode: (input) => JSON.stringify(input),
  resource: (text) => resource(JSON.parse(text)),
  batch: (text) => batch(JSON.parse(text)),
};
