// SPDX-License-Identifier: MIT
// A network: settings for all sites, a site with its own, and a lock.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './browser.mjs';

let browser, site, page;

before( async () => {
	[ browser, site ] = await start( { suite: 'trixie', multisite: true } );
	page = await browser.visit( site );
} );
after( async () => {
	await browser?.stop();
	await site?.stop();
} );

const second = 'switch_to_blog(2); $s = new Outbox\\WordPress\\Settings(); return [$s->get("provider"), $s->get("smtp_user"), $s->get("from_name")];';

test( 'what the network sets holds for a site until it has its own', async () => {
	await page.goto( site.url + '/wp-admin/network/admin.php?page=outbox' );
	await page.check( 'input[value=fastmail]' );
	await page.fill( '#outbox-smtp-user', 'network@kilnandclay.example' );
	await page.fill( '#outbox-smtp-pass', 'network-password' );
	await page.outbox.follow( '.outbox-save >> text=Save settings' );
	assert.match( await page.textContent( '.notice-success' ), /saved/ );
	await page.outbox.well();
	assert.deepEqual( ( await site.ask( 'evaluate', second ) ).slice( 0, 2 ), [ 'fastmail', 'network@kilnandclay.example' ] );
	await page.goto( site.url + '/two/wp-admin/admin.php?page=outbox' );
	await page.fill( '#outbox-from-name', 'The second' );
	await page.outbox.follow( '.outbox-save >> text=Save settings' );
	assert.match( await page.textContent( '.notice-success' ), /saved/ );
	await page.outbox.well();
	assert.equal( ( await site.ask( 'evaluate', second ) )[ 2 ], 'The second' );
} );

test( 'what the network locks is shown to a site and cannot be changed there', async () => {
	await page.goto( site.url + '/wp-admin/network/admin.php?page=outbox' );
	await page.check( '[name=outbox_lock]' );
	await page.outbox.follow( '.outbox-save >> text=Save settings' );
	assert.match( await page.textContent( '.notice-success' ), /saved/ );
	await page.goto( site.url + '/two/wp-admin/admin.php?page=outbox' );
	assert.ok( await page.isDisabled( '#outbox-smtp-user' ) );
	assert.match( await page.textContent( '#outbox-smtp-user-note' ), /whole network/ );
	await page.outbox.well();
	await page.outbox.shot( 'network-site' );
} );

test( 'single settings are locked with the keyboard, and only those', async () => {
	await page.goto( site.url + '/wp-admin/network/admin.php?page=outbox' );
	await page.uncheck( '[name=outbox_lock]' );
	await page.focus( '[name=outbox_lock]' );
	await page.keyboard.press( 'Tab' );
	assert.equal( await page.evaluate( () => document.activeElement.textContent.trim() ), 'Lock single settings' );
	await page.keyboard.press( 'Enter' );
	await page.outbox.well();
	for ( const wanted of [ 'provider', 'from_name' ] ) {
		for ( let i = 0; i < 60 && wanted !== await page.evaluate( () => document.activeElement.value ); i++ ) {
			await page.keyboard.press( 'Tab' );
		}
		await page.keyboard.press( 'Space' );
	}
	await page.locator( '.outbox-locks' ).screenshot( { path: '.work/test/screenshots/network-locks.png' } );
	await page.keyboard.press( 'Enter' );
	await page.waitForSelector( '.notice-success' );
	assert.ok( await page.isChecked( '[name="outbox_locks[]"][value=provider]' ) );
	assert.ok( ! await page.isChecked( '[name="outbox_locks[]"][value=log_days]' ) );
	await page.goto( site.url + '/two/wp-admin/admin.php?page=outbox' );
	assert.ok( await page.isDisabled( '#outbox-smtp-user' ), 'a connection is locked as a whole' );
	assert.ok( await page.isDisabled( '#outbox-from-name' ) );
	assert.match( await page.textContent( '#outbox-from-name-note' ), /whole network/ );
	assert.ok( ! await page.isDisabled( '#outbox-from-email' ) );
	await page.fill( '#outbox-log-days', '11' );
	await page.outbox.follow( '.outbox-save >> text=Save settings' );
	await page.waitForSelector( '.notice-success' );
	assert.equal( await page.inputValue( '#outbox-log-days' ), '11' );
	await page.outbox.well();
	await page.outbox.shot( 'network-site-single' );
} );

test( 'who runs a site of the network does not reach the network\'s settings', async () => {
	const other = await browser.visit( site, 'editor' ); // Administrator of the second site.
	assert.equal( ( await other.goto( site.url + '/two/wp-admin/admin.php?page=outbox' ) ).status(), 200 );
	assert.equal( ( await other.goto( site.url + '/wp-admin/network/admin.php?page=outbox' ) ).status(), 403 );
	await other.context().close();
} );
