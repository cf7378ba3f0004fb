// Passkeys: asks the browser for one, and sends what it says with the form. Other ways in work without this file.

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
};
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const withBytes = (known) => (known || []).map((one) => ({ ...one, id: bytes(one.id) }));

const made = async (options) => {
  const found = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
    },
  });
  return {
    clientDataJSON: text(found.response.clientDataJSON),
    attestationObject: text(found.response.attestationObject),
    found,
  };
};

const used = async (options) => {
  const found = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: withBytes(options.allowCredentials),
    },
  });
  return {
    clientDataJSON: text(found.response.clientDataJSON),
    authenticatorData: text(found.response.authenticatorData),
    signature: text(found.response.signature),
    found,
  };
};

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { publicKey } = JSON.parse(document.getElementById("passkey-options").textContent);
    try {
      const { found, ...response } = await (form.dataset.passkey === "make" ? made : used)(publicKey);
      form.elements.credential.value = JSON.stringify({
        id: found.id,
        rawId: text(found.rawId),
        type: found.type,
        response,
        clientExtensionResults: {},
      });
    } catch {
      // The person said no, or there is none here: the page that comes back says so.
      form.elements.credential.value = "";
    }
    form.submit();
  });
});
