// Compiles frontend/ into throughcare/core/static/build/: one stylesheet, one script, the pictures they point at.
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "sass";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const out = at("throughcare/core/static/build");

await rm(out, { recursive: true, force: true });
await mkdir(`${out}/images`, { recursive: true });

const styles = compile(at("frontend/styles/main.scss"), {
  loadPaths: [at("node_modules")],
  style: "compressed",
  quietDeps: true,
});
await writeFile(`${out}/main.css`, styles.css);

await build({
  entryPoints: [at("frontend/scripts/main.js")],
  outfile: `${out}/main.js`,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  legalComments: "inline",
});

// Only what a page can ask for: the NHS logo and icons of the app kind are not ours to show.
for (const image of new Set(styles.css.match(/images\/[\w.-]+/g))) {
  await cp(at(`node_modules/nhsuk-frontend/dist/nhsuk/assets/${image}`), `${out}/${image}`);
}
await cp(at("frontend/images"), `${out}/images`, { recursive: true });
