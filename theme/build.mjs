// Writes theme/built: one style sheet, two scripts, the fonts and the images they name.
// Sass is called as a library, so nothing but the running Node has to be on the PATH.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "built");
const packages = join(here, "node_modules");

rmSync(built, { recursive: true, force: true });
for (const folder of ["css", "js", "fonts", "images", "licences"]) {
  mkdirSync(join(built, folder), { recursive: true });
}

const { css } = sass.compile(join(here, "src", "main.scss"), {
  loadPaths: [packages],
  style: "compressed",
  quietDeps: true,
});
writeFileSync(join(built, "css", "main.css"), css);

const fonts = join(packages, "@fontsource", "source-sans-3", "files");
for (const name of readdirSync(fonts)) {
  if (/^source-sans-3-latin(-ext)?-(400|600)-normal\.woff2?$/.test(name)) {
    cpSync(join(fonts, name), join(built, "fonts", name));
  }
}

const stockImages = join(packages, "nhsuk-frontend", "dist", "nhsuk", "assets", "images");
for (const [, name] of css.matchAll(/url\("?\.\.\/images\/([^")]+)"?\)/g)) {
  cpSync(join(stockImages, name), join(built, "images", name));
}
cpSync(join(here, "src", "images"), join(built, "images"), { recursive: true });
for (const name of ["main.js", "passkey.js"]) {
  cpSync(join(here, "src", name), join(built, "js", name));
}

for (const name of ["nhsuk-frontend", "@fontsource/source-sans-3"]) {
  const folder = join(packages, name);
  const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  if (licence) {
    writeFileSync(join(built, "licences", `${name.split("/").pop()}.txt`), readFileSync(join(folder, licence)));
  }
}

console.log(`theme: ${Math.round(css.length / 1024)} KB of CSS`);
