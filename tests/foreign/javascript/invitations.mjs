// A client of UCWA accepts a message, declines another with a reason, invites a third person, and signs out.
// The format is the first argument: json or xml.

import { randomUUID } from "node:crypto";

import { check, Client } from "./client.mjs";
import { json } from "./json.mjs";
import { Simulator } from "./simulator.mjs";
import { xml } from "./xml.mjs";

const wire = { json, xml }[process.argv[2]];

// Waits for an invitation to a conversation by messages, and returns it.
async function invited(client, simulator, line) {
  simulator.command(line);
  const { resource, href } = await client.next("started", "messagingInvitation");
  const invitation = resource ?? (await client.get(href));
  const { direction, state } = invitation.properties;
  check(direction === "Incoming" && state === "Connecting", `the invitation is ${direction}, ${state}`);
  return invitation;
}

async function accepts(client, simulator) {
  const line = "invite im sip:lene@contoso.example Hello there & welcome";
  const invitation = await invited(client, simulator, line);
  const [, message] = invitation.links.message[0].href.split(",");
  const text = decodeURIComponent(message.replaceAll("+", " "));
  check(text === "Hello there & welcome", `the message is “${text}”`);
  const [from] = invitation.embedded.from ?? [await client.get(invitation.links.from[0].href)];
  check(from.properties.uri === "sip:lene@contoso.example", `it is from ${from.properties.uri}`);
  const contact = await client.get(from.links.contact[0].href);
  check(contact.properties.uri === from.properties.uri, `the contact is ${contact.properties.uri}`);
  await client.post(invitation.links.accept[0].href);
  const completed = await client.next("completed", "messagingInvitation");
  check(completed.status === "Success", `the invitation ended in ${completed.status}`);
  const connected = (event) => event.resource?.properties.state === "Connected";
  const { href } = await client.next("updated", "conversation", connected);
  return client.get(href);
}

async function invites(client, simulator, conversation) {
  await simulator.commandAnswered("person sip:elif@contoso.example joins", "Added to the directory.");
  const input = { operationId: randomUUID(), to: "sip:elif@contoso.example" };
  const response = await client.post(conversation.links.addParticipant[0].href, input, 201);
  const invitation = await client.get(response.headers.get("location"));
  check(invitation.properties.operationId === input.operationId, "the operationId is another one");
  const completed = await client.next("completed", "participantInvitation");
  check(completed.status === "Success", `the invitation of Elif ended in ${completed.status}`);
  const { href } = await client.next("added", "participant", (event) => event.sender === "conversation");
  check((await client.get(href)).rel === "participant", "what was added is no participant");
}

async function talks(client, conversation) {
  const messaging = await client.get(conversation.links.messaging[0].href);
  check(messaging.properties.state === "Connected", `messaging is ${messaging.properties.state}`);
  await client.say(messaging.links.sendMessage[0].href, "Hello, both of you");
  await client.post(messaging.links.stopMessaging[0].href);
  await client.next("updated", "messaging", (event) => event.resource?.properties.state === "Disconnected");
}

async function declines(client, simulator) {
  const invitation = await invited(client, simulator, "invite im sip:magnus@contoso.example Lunch?");
  await client.post(invitation.links.decline[0].href, { reason: "Local" });
  const { status } = await client.next("completed", "messagingInvitation");
  check(status === "Failure", `the declined invitation ended in ${status}`);
}

const simulator = await Simulator.start();
let marks = [];
try {
  const client = new Client(wire);
  await client.signIn(simulator.url, "tosh@contoso.example", simulator.password);
  await client.makeAvailable();
  const conversation = await accepts(client, simulator);
  await invites(client, simulator, conversation);
  await talks(client, conversation);
  await declines(client, simulator);
  await client.signOut();
} finally {
  marks = await simulator.stop();
}
check(marks.length === 0, ["the simulator marked", ...marks].join("\n"));
process.exit();
