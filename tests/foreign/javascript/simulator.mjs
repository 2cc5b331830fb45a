// Runs `rsvp simulate` for a program: its console, its configuration, and the requests that it marked.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

// A request in the log, such as `204 POST /ucwa/…  # accept of …  ! the rule that was broken`.
const MARKED = /^\d+ [A-Z]+ \S+.*  # .*  ! /;
const SETTINGS = {
  url: /^ +url = "(.*)"$/,
  password: /^Any user name with the password `(.*)` works too\.$/,
};

export class Simulator {
  #process;
  #output;
  #lines = [];

  // Starts a simulator on a free port and waits until it has printed its configuration.
  static async start() {
    const simulator = new Simulator();
    await simulator.#start();
    return simulator;
  }

  async #start() {
    const parameters = ["simulate", "--listen", "127.0.0.1:0"];
    this.#process = spawn(process.env.RSVP, parameters, { stdio: ["pipe", "pipe", "inherit"] });
    process.on("exit", () => this.#process.kill());
    this.#output = createInterface({ input: this.#process.stdout });
    const isConfigured = new Promise((resolve) => {
      this.#output.on("line", (line) => {
        this.#lines.push(line);
        for (const [name, pattern] of Object.entries(SETTINGS)) {
          this[name] ??= pattern.exec(line)?.[1];
        }
        if (this.url && this.password) resolve();
      });
    });
    await isConfigured;
  }

  // Executes a line in the console.
  command(line) {
    this.#process.stdin.write(`${line}\n`);
  }

  // Executes a line in the console and waits until the console has printed that answer.
  async commandAnswered(line, answer) {
    const isPrinted = new Promise((resolve) => {
      const look = (printed) => {
        if (!printed.includes(answer)) return;
        this.#output.off("line", look);
        resolve();
      };
      this.#output.on("line", look);
    });
    this.command(line);
    await isPrinted;
  }

  // Ends the simulator; returns the requests that it marked as wrong.
  async stop() {
    const isClosed = once(this.#process, "close");
    this.command("quit");
    await isClosed;
    return this.#lines.filter((line) => MARKED.test(line));
  }
}
