// Imported before everything else: older versions of Node fail on `node:sqlite` with a message that helps nobody.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(`shorthand needs Node 22.13 or newer; this is ${process.version}. In a clone, "npx node dist/cli.js" takes the right one.\n`);
  process.exit(2);
}
