// Prints the licences of the packages that a bundle holds: their own say that copies must carry them.
//
//   node notices.mjs METAFILE       METAFILE is what esbuild wrote about the bundle

import { readFileSync, readdirSync } from 'node:fs';

const { inputs } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const folder = (input) => /.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0];
const folders = new Set(Object.keys(inputs).map(folder).filter(Boolean));
for (const folder of [...folders].sort()) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  if (file === undefined) {
    throw new Error(`${name} has no licence file`);
  }
  console.log(`${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n\n`);
}
