// Asks the gateway. The admin key lives in this tab alone and goes away with it.

const PLACE = "boxed-admin-key";
const BASE = new URL("console/api/", document.baseURI);

export class Refused extends Error {
  constructor(status, error) {
    super(error?.message ?? `The gateway answered ${status}.`);
    this.status = status;
    this.code = error?.code ?? null;
    this.faults = error?.faults ?? [];
  }
}

export const signedIn = () => sessionStorage.getItem(PLACE) !== null;
export const signIn = (key) => sessionStorage.setItem(PLACE, key);
export const signOut = () => sessionStorage.removeItem(PLACE);

// Throws Refused; a gateway that does not answer is one with the status 0.
export async function ask(path, { method = "GET", body, headers = {} } = {}) {
  const key = sessionStorage.getItem(PLACE);
  const sent = { "X-Boxed-Console": "1", ...headers };
  if (key !== null) sent.Authorization = `Bearer ${key}`;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(new URL(path, BASE), {
      method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "omit", cache: "no-store", redirect: "error",
    });
  } catch {
    throw new Refused(0, { message: "The gateway does not answer; is it still running?" });
  }
  const told = await response.json().catch(() => ({}));
  if (!response.ok) {
    const refused = new Refused(response.status, told.error);
    if (response.status === 401) document.dispatchEvent(new CustomEvent("signed-out", { detail: refused }));
    throw refused;
  }
  return told;
}

export const post = (path, body = {}) => ask(path, { method: "POST", body });
