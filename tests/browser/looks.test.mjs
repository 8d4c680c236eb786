// SPDX-License-Identifier: MIT
// Every page in a narrow window and from right to left: nothing sticks out, and there is a picture to look at.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './browser.mjs';

const PAGES = { settings: 'admin.php?page=outbox', test: 'admin.php?page=outbox-test', log: 'admin.php?page=outbox-log', message: 'admin.php?page=outbox-log&entry=1',
	import: 'admin.php?page=outbox-import' };
let browser, site;

before( async () => {
	[ browser, site ] = await start( { suite: 'sid' } );
	await site.connect();
	await site.ask( 'evaluate', `
		wp_mail('ann@example.org', 'Your order 1042', 'Thank you.');
		wp_mail(array('somebody.with.a.long.name@subdomain.department.example.org', 'ben@example.org', 'cleo@example.org'), 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft, annual meeting and a long subject', 'text');
		return wp_mail('nobody@example.org', 'To somebody who is not there', 'text');` );
} );
after( async () => {
	await browser?.stop();
	await site?.stop();
} );

async function look( page, kind ) {
	for ( const [ name, path ] of Object.entries( PAGES ) ) {
		await page.outbox.open( path );
		if ( 'settings' === name ) {
			await page.evaluate( () => document.querySelectorAll( '.outbox details' ).forEach( ( fold ) => {
				fold.open = true;
			} ) );
		}
		if ( 'test' === name ) {
			await page.click( 'button[value=send]' );
			await page.waitForSelector( '#outbox-domain-title' );
		}
		const out = await page.evaluate( () => {
			const wide = document.documentElement.clientWidth;
			return [ ...document.querySelectorAll( '.outbox *' ) ].filter( ( e ) => e.checkVisibility() && ! e.closest( '.screen-reader-text, .outbox-transcript, .row-actions' ) )
				.filter( ( e ) => e.getBoundingClientRect().right > wide + 1 || e.getBoundingClientRect().left < -1 ).map( ( e ) => e.outerHTML.slice( 0, 90 ) ).slice( 0, 5 );
		} );
		assert.deepEqual( out, [], `${ name } sticks out of the window` );
		await page.outbox.well();
		await page.outbox.shot( `${ kind }-${ name }`, { fullPage: true } );
	}
}

test( 'wide and light', async () => {
	const page = await browser.visit( site );
	await look( page, 'light' );
	await page.context().close();
} );

test( 'narrow as a telephone', async () => {
	const page = await browser.visit( site, 'admin', { viewport: { width: 390, height: 800 } } );
	await look( page, 'narrow' );
	await page.outbox.open( PAGES.settings );
	await page.outbox.shot( 'screenshot-7' );
	await page.context().close();
} );

test( 'from right to left', async () => {
	const page = await browser.visit( site );
	await page.context().addCookies( [ { name: 'outbox_test_rtl', value: '1', url: site.url } ] );
	await look( page, 'rtl' );
	assert.equal( await page.evaluate( () => getComputedStyle( document.querySelector( '.outbox' ) ).direction ), 'rtl' );
	await page.outbox.open( PAGES.test );
	await page.outbox.shot( 'screenshot-8' );
	await page.context().close();
} );
