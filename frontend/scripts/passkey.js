// A passkey or security key: asks the browser for it and sends its answer in the form. The server says what it asks.

const KEYS = ["id", "challenge"];

export function passkey(form) {
  const button = form.querySelector("[data-passkey]");
  const trouble = form.querySelector("[data-trouble]");
  if (!window.PublicKeyCredential) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    trouble.hidden = true;
    try {
      const credential = await asked(form);
      form.elements.credential.value = JSON.stringify(plain(credential));
      form.submit();
    } catch {
      trouble.textContent = "The key did not answer, or it was not allowed to. Try again, or use another way in.";
      trouble.hidden = false;
    }
  });
}

async function asked(form) {
  const options = bytes((form.dataset.options ? JSON.parse(form.dataset.options) : await fetched(form.action)).publicKey);
  if (form.dataset.does !== "create") return navigator.credentials.get({ publicKey: options });
  const alone = form.querySelector("[data-passwordless]")?.checked ?? false;
  options.authenticatorSelection = {
    ...options.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    userVerification: alone ? "required" : "preferred",
  };
  return navigator.credentials.create({ publicKey: options });
}

async function fetched(address) {
  const reply = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!reply.ok) throw new Error("no question for the key");
  return (await reply.json()).request_options;
}

/** The options with every key and challenge as bytes, as the browser wants them. */
function bytes(value) {
  if (Array.isArray(value)) return value.map(bytes);
  if (typeof value !== "object" || value === null) return value;
  const isRelyingParty = "name" in value && !("displayName" in value);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [
    key, KEYS.includes(key) && typeof one === "string" && !isRelyingParty ? fromBase64(one) : bytes(one),
  ]));
}

/** The browser's answer with every run of bytes as base64url, as the server wants it. */
function plain(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const sent = parts.filter((part) => response[part]).map((part) => [part, toBase64(response[part])]);
  return {
    id: credential.id,
    rawId: toBase64(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(sent),
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function fromBase64(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (sign) => sign.charCodeAt(0));
}

function toBase64(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
