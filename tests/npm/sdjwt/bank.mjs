// A bank's own software: verifies, presents and issues SD-JWT VCs with the @sd-jwt packages, knowing nothing of Credence.
// Reads one JSON job from the input and writes {"ok": ...} or {"error": "..."}.
import { ES256, digest, generateSalt } from "@sd-jwt/crypto-nodejs";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const job = JSON.parse(text);

const config = { hasher: digest, hashAlg: "sha-256", saltGenerator: generateSalt, signAlg: "ES256", kbSignAlg: "ES256" };
if (job.issuer) config.verifier = await ES256.getVerifier(job.issuer);
if (job.issuerPrivate) config.signer = await ES256.getSigner(job.issuerPrivate);
if (job.holderPrivate) config.kbSigner = await ES256.getSigner(job.holderPrivate);
config.kbVerifier = async (data, signature, payload) =>
  (await ES256.getVerifier(payload.cnf.jwk))(data, signature);

const actions = {
  verify: async (vc) => {
    const options = { currentDate: job.now, requiredClaimKeys: job.required ?? [], keyBindingNonce: job.nonce };
    const { payload, header, kb } = await vc.verify(job.credential, options);
    return { payload, header, kb: kb?.payload };
  },
  present: (vc) =>
    vc.present(job.credential, Object.fromEntries(job.names.map((name) => [name, true])), {
      kb: { payload: { iat: job.now, aud: job.audience, nonce: job.nonce } },
    }),
  issue: (vc) => vc.issue(job.claims, { _sd: job.names }),
};

try {
  console.log(JSON.stringify({ ok: await actions[job.action](new SDJwtVcInstance(config)) }));
} catch (error) {
  console.log(JSON.stringify({ error: String(error) }));
}
