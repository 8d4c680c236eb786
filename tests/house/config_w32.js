// SPDX-License-Identifier: MIT
// Runs config.w32 as Windows' configure.js would, and prints the files that it adds, one a line.
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const added = [];
const files = (folder, names) => names.trim().split(/\s+/).forEach((name) => added.push(folder + '/' + name));
const plain = (text) => text.replace(/\\/g, '/').replace(/^\.\//, '');
const sandbox = {
	PHP_OUTBOX: 'shared', PHP_OUTBOX_SHARED: true, configure_module_dirname: '.',
	ARG_ENABLE: () => {}, CHECK_LIB: () => true, CHECK_HEADER_ADD_INCLUDE: () => true, AC_DEFINE: () => {},
	WARNING: (text) => { throw new Error(text); },
	EXTENSION: (name, sources) => sources.split(' ').forEach((source) => added.push(plain(source))),
	ADD_SOURCES: (folder, names) => files(plain(folder), names),
	glob: (pattern) => {
		const folder = plain(path.posix.dirname(plain(pattern)));
		return fs.readdirSync(folder).filter((name) => name.endsWith('.c')).map((name) => '.\\' + folder.replace(/\//g, '\\') + '\\' + name);
	},
};
vm.runInNewContext(fs.readFileSync('config.w32', 'utf8'), sandbox, { filename: 'config.w32' });
console.log(added.join('\n'));
