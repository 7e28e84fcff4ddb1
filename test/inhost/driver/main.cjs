'use strict';

// Activated before any other extension, so that nothing escapes the recorder. VS Code keeps NODE_OPTIONS from the extension host; set
// here, it reaches the processes that extensions start.
exports.activate = async () => {
  const recorder = require('node:url').pathToFileURL(require('node:path').join(__dirname, '..', 'network.mjs')).href;
  process.env.NODE_OPTIONS = `--import=${recorder}`;
  await import(recorder);
};
