// SPDX-License-Identifier: MIT
// A submission server on loopback that resumes TLS sessions, which the servers in PHP cannot: a stream of PHP has keys
// for its tickets of its own. Takes every message and keeps none. Prints one JSON line when it is ready: port.
'use strict';
const fs = require('fs');
const tls = require('tls');
const { parseArgs } = require('util');

const { values } = parseArgs({ options: { dir: { type: 'string' }, cert: { type: 'string' }, 'tls-version': { type: 'string' } } });
const pem = fs.readFileSync(values.cert);
const version = values['tls-version'] ? 'TLSv' + values['tls-version'] : 'TLSv1.3';

const answers = {
	EHLO: '250-resuming.test\r\n250-PIPELINING\r\n250 CHUNKING', QUIT: '221 2.0.0 bye', DATA: '502 5.5.1 BDAT is offered',
};

function serve(socket) {
	let input = Buffer.alloc(0);
	let octets = 0; // of a chunk that are still to come
	socket.on('error', () => {}); // clients may leave as they like
	socket.on('data', (bytes) => {
		input = Buffer.concat([input, bytes]);
		for (;;) {
			if (octets) {
				if (input.length < octets) { return; }
				input = input.subarray(octets);
				octets = 0;
				socket.write('250 2.0.0 Ok: queued as R1\r\n');
			}
			const end = input.indexOf('\r\n');
			if (end < 0) { return; }
			const [verb, size] = input.subarray(0, end).toString('latin1').split(' ');
			input = input.subarray(end + 2);
			if (verb === 'BDAT') {
				octets = Number(size);
			} else {
				socket.write((answers[verb] || '250 2.0.0 ok') + '\r\n');
			}
		}
	});
	socket.write('220 resuming.test ESMTP\r\n');
}

const server = tls.createServer({ key: pem, cert: pem, minVersion: 'TLSv1.2', maxVersion: version }, serve);
server.on('tlsClientError', () => {});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
