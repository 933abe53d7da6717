/** Asking the server, for pages of the office. A tablet synchronises by web/sync instead. */
import { signal } from "@preact/signals";

/** What went wrong, in the server's own words (RFC 9457). `status` 0: no answer came. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
  ) {
    super(detail);
  }
}

export interface SignedInHere {
  readonly token: string;
  readonly person: string;
  readonly name: string;
  readonly expiresMs: number;
}

const KEPT = "field-console";

function kept(): SignedInHere | null {
  const text = typeof sessionStorage === "undefined" ? null : sessionStorage.getItem(KEPT);
  return text ? (JSON.parse(text) as SignedInHere) : null;
}

/** Who is signed in in this window; it ends with the window. */
export const session = signal<SignedInHere | null>(kept());

/** Remember who signed in, or with null that nobody is. */
export function remember(who: SignedInHere | null): void {
  session.value = who;
  if (who) sessionStorage.setItem(KEPT, JSON.stringify(who));
  else sessionStorage.removeItem(KEPT);
}

/** The server's answer to a GET. Parameters without a value are left out. Throws Problem. */
export async function get<T>(path: string, asked: Record<string, string | number | null | undefined> = {}): Promise<T> {
  const given = Object.entries(asked).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]]));
  const query = new URLSearchParams(given).toString();
  return ask<T>(query ? `${path}?${query}` : path, { method: "GET" });
}

/** The server's answer to a POST of JSON. Throws Problem. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  return ask<T>(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
}

/** The server's answer to a POST of a file as it is. Throws Problem. */
export async function send<T>(path: string, file: Blob): Promise<T> {
  return ask<T>(path, { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } });
}

/** A picture or another file. Throws Problem. */
export async function picture(path: string): Promise<Blob> {
  return (await answered(path, { method: "GET" })).blob();
}

/** The file that a POST of JSON is answered by. Throws Problem. */
export async function file(path: string, body: unknown): Promise<Blob> {
  const answer = await answered(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  try {
    return await answer.blob();
  } catch {
    throw new Problem(0, "no-answer", ""); // it broke off on the way
  }
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const text = await (await answered(path, init)).text();
  return (text ? JSON.parse(text) : null) as T;
}

async function answered(path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  const asking = session.value;
  if (asking) headers.set("Authorization", `Bearer ${asking.token}`);
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers, cache: "no-store" });
  } catch {
    throw new Problem(0, "no-answer", "");
  }
  if (response.ok) return response;
  const said = readable(await response.text());
  // A late answer to somebody who signed out must not sign the next person out.
  if (response.status === 401 && said.code === "not-signed-in" && asking === session.value) remember(null);
  throw new Problem(response.status, said.code ?? "no-answer", said.detail ?? "");
}

function readable(text: string): { code?: string; detail?: string } {
  try {
    return JSON.parse(text) as { code?: string; detail?: string };
  } catch {
    return {}; // something between here and the server answered in its place
  }
}
