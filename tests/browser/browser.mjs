// SPDX-License-Identifier: MIT
// What the browser tests share: a site in a process of its own, Chromium, and what must hold on every page.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = join( dirname( fileURLToPath( import.meta.url ) ), '..', '..' );
const require = createRequire( join( ROOT, '.work/browser/' ) );
const { chromium } = require( 'playwright-core' );
const AXE = readFileSync( require.resolve( 'axe-core/axe.min.js' ), 'utf8' );

// Without these Chromium asks its maker for one thing and another.
const FLAGS = [ '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync' ];

export const SCREENSHOTS = join( ROOT, '.work/test/screenshots' );
export const RELAY = [ '--tls', 'implicit', '--auth', 'shop@kilnandclay.example:right-password', '--reject', 'nobody@example.org',
	'--refuse', 'unwanted@example.org' ];

export class Site {
	static async start( options = {} ) {
		const site = new Site();
		site.process = spawn( process.env.PHP || 'php', [ join( ROOT, 'tests/browser/site.php' ), JSON.stringify( options ) ], { stdio: [ 'pipe', 'pipe', 'inherit' ] } );
		site.lines = createInterface( { input: site.process.stdout } )[ Symbol.asyncIterator ]();
		const { value } = await site.lines.next();
		assert.ok( value, 'the site did not start' );
		Object.assign( site, JSON.parse( value ) );
		return site;
	}

	async ask( name, argument = null ) {
		this.process.stdin.write( JSON.stringify( [ name, argument ] ) + '\n' );
		const { value } = await this.lines.next();
		assert.ok( value, 'the site has ended' );
		const answer = JSON.parse( value );
		if ( answer.error ) {
			throw new Error( answer.error );
		}
		return answer.value;
	}

	/* Settings that lead to a submission server of the test. */
	async connect( more = {} ) {
		const relay = await this.ask( 'capture', RELAY );
		await this.ask( 'configure', { provider: 'other', smtp_host: 'localhost', smtp_encryption: 'ssl', smtp_port: relay.port, smtp_user: 'shop@kilnandclay.example',
			smtp_pass: 'right-password', smtp_ca_file: relay.ca_file, from_email: 'shop@kilnandclay.example', ...more } );
		return relay;
	}

	async stop() {
		const complaints = await this.ask( 'complaints' ).catch( ( error ) => [ error.message ] );
		this.process.stdin.end();
		if ( null === this.process.exitCode ) {
			await new Promise( ( resolve ) => this.process.once( 'exit', resolve ) );
		}
		assert.deepEqual( complaints, [], 'PHP complains of the plugin' );
	}
}

/* Chromium and a site; if one of them cannot be had the other ends, so that nothing is waited for. */
export async function start( options ) {
	const [ browser, site ] = await Promise.allSettled( [ Browser.start(), Site.start( options ) ] );
	const failed = [ browser, site ].find( ( one ) => 'rejected' === one.status );
	if ( failed ) {
		await browser.value?.stop();
		site.value?.process.stdin.end();
		throw failed.reason;
	}
	return [ browser.value, site.value ];
}

export class Browser {
	loggedIn = {};

	static async start() {
		mkdirSync( SCREENSHOTS, { recursive: true } );
		const browser = new Browser();
		browser.chromium = await chromium.launch( { executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: FLAGS } );
		return browser;
	}

	/* A page of somebody who is logged in; whatever it complains of fails the test that calls page.outbox.well(). */
	async visit( site, user = 'admin', options = {} ) {
		const key = `${ user }@${ site.url }`;
		const context = await this.chromium.newContext( { viewport: { width: 1280, height: 900 }, permissions: [ 'clipboard-read', 'clipboard-write' ],
			storageState: this.loggedIn[ key ], ...options } );
		const page = await context.newPage();
		const complaints = [];
		page.on( 'console', ( message ) => [ 'error', 'warning' ].includes( message.type() ) && complaints.push( message.text() ) );
		page.on( 'pageerror', ( error ) => complaints.push( error.message ) );
		page.on( 'response', ( response ) => response.status() >= 400 && complaints.push( `${ response.status() } ${ response.url() }` ) );
		page.outbox = {
			open: ( path ) => page.goto( site.url + '/wp-admin/' + path ),
			/* No script failed, nothing was missing; labels, roles, contrast as axe sees them. */
			well: async ( { axe = true } = {} ) => {
				assert.deepEqual( complaints, [], page.url() );
				if ( axe ) {
					await page.evaluate( AXE );
					const found = await page.evaluate( () => window.axe.run( '.outbox', { runOnly: [ 'wcag2a', 'wcag2aa', 'wcag21aa' ] } ) );
					assert.deepEqual( found.violations.map( ( v ) => `${ v.id }: ${ v.nodes.map( ( n ) => n.target ).join( ' ' ) }` ), [], page.url() );
				}
			},
			/* Clicks something that leads to another page, and is there afterwards. */
			follow: ( selector ) => Promise.all( [ page.waitForNavigation(), 'string' === typeof selector ? page.click( selector ) : selector.click() ] ),
			shot: async ( name, more = {} ) => {
				await page.evaluate( () => window.scrollTo( 0, 0 ) );
				await page.screenshot( { path: join( SCREENSHOTS, name + '.png' ), ...more } );
			},
		};
		if ( ! this.loggedIn[ key ] ) {
			// Not by typing: a fifth of a second after it is shown the form moves the cursor, and what is typed then lands in the wrong field.
			await context.request.get( site.url + '/wp-login.php' );
			const answer = await context.request.post( site.url + '/wp-login.php', { form: { log: user, pwd: site.password, testcookie: 1 }, maxRedirects: 0 } );
			assert.equal( answer.status(), 302, `${ user } is not let in` );
			this.loggedIn[ key ] = await context.storageState();
		}
		return page;
	}

	async stop() {
		await this.chromium.close();
	}
}
