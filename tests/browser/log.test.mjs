// SPDX-License-Identifier: MIT
// The log and the queue: found, looked at, sent again, deleted.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { RELAY, start } from './browser.mjs';

let browser, site, page;

before( async () => {
	[ browser, site ] = await start( { suite: 'bookworm' } );
	await site.connect( { log_detail: 'message' } );
	await site.ask( 'evaluate', `
		wp_mail('ann@example.org', 'Your order 1042', 'Thank you.');
		wp_mail(['ben@example.org', 'cleo@example.org', 'dan@example.org'], '<script>alert(1)</script> & more', 'text', ['Cc: eve@example.org']);
		wp_mail('nobody@example.org', 'To somebody who is not there', 'text');
		wp_mail('fay@example.org', '=HYPERLINK("http://example.org")', 'text');
		return true;` );
	page = await browser.visit( site );
} );
beforeEach( () => page.outbox.open( 'admin.php?page=outbox-log' ) );
after( async () => {
	await browser?.stop();
	await site?.stop();
} );

/* What the queue holds is delivered by a program of its own: the list shows it when it is done. */
async function settled() {
	for ( let i = 0; i < 50; i++ ) {
		await page.outbox.open( 'admin.php?page=outbox-log' );
		if ( ( await page.locator( '.outbox-state-queued' ).count() ) === 0 ) {
			return;
		}
		await page.waitForTimeout( 200 );
	}
	assert.fail( 'messages are queued for ever' );
}

test( 'the list shows what became of every message, and shows what strangers wrote as text', async () => {
	await settled();
	await page.outbox.well();
	const rows = page.locator( '#the-list tr' );
	assert.equal( await rows.count(), 4 );
	const failed = rows.filter( { hasText: 'To somebody who is not there' } );
	assert.match( await failed.textContent(), /Failed/ );
	assert.match( await failed.textContent(), /no such user here/ );
	assert.equal( await page.locator( '.column-status .outbox-state-sent' ).count(), 3 );
	assert.match( await rows.filter( { hasText: '<script>' } ).textContent(), /ben@example\.org, cleo@example\.org and 2 more/ );
	await page.outbox.shot( 'screenshot-4' );
} );

test( 'a search and a state leave what fits', async () => {
	await page.fill( '#outbox-search-search-input', 'order 1042' );
	await page.outbox.follow( '#search-submit' );
	assert.equal( await page.locator( '#the-list tr' ).count(), 1 );
	await page.outbox.open( 'admin.php?page=outbox-log' );
	await page.outbox.follow( '.subsubsub .failed a' );
	assert.equal( await page.locator( '#the-list tr' ).count(), 1 );
	await page.fill( '#outbox-from', '2099-01-01' );
	await page.outbox.follow( '.outbox-filters button' );
	assert.match( await page.textContent( '#the-list' ), /No messages here/ );
	await page.outbox.well();
} );

test( 'a message has its recipients, its story and itself', async () => {
	await page.outbox.follow( 'a.row-title >> text=more' );
	const text = await page.textContent( '.outbox' );
	assert.match( text, /eve@example\.org/ );
	assert.match( text, /Accepted by the server/ );
	assert.match( text, /Name at the server/ );
	await page.click( 'text=Show it' );
	assert.match( await page.textContent( '.outbox-transcript' ), /^Subject: /m );
	await page.outbox.well();
	await page.outbox.shot( 'screenshot-5', { fullPage: true } );
} );

test( 'a message is sent again as it was', async () => {
	const before = await site.ask( 'captured', RELAY );
	const original = before.find( ( mail ) => mail.recipients.includes( 'ann@example.org' ) );
	await page.locator( '#the-list tr', { hasText: 'order 1042' } ).first().hover();
	await page.outbox.follow( page.locator( '#the-list tr', { hasText: 'order 1042' } ).first().getByText( 'Send again' ) );
	await page.waitForSelector( '.notice-success' );
	await settled();
	const after = await site.ask( 'captured', RELAY );
	assert.equal( after.length, before.length + 1 );
	assert.equal( after.at( -1 ).message, original.message );
	assert.deepEqual( after.at( -1 ).recipients, original.recipients );
	await page.outbox.well( { axe: false } );
} );

test( 'what is deleted asks first, and is gone', async () => {
	const row = page.locator( '#the-list tr', { hasText: 'To somebody who is not there' } );
	page.once( 'dialog', ( dialog ) => dialog.dismiss() );
	await row.hover();
	await row.getByText( 'Delete' ).click();
	assert.equal( await row.count(), 1 );
	page.once( 'dialog', ( dialog ) => dialog.accept() );
	await row.hover();
	await page.outbox.follow( row.getByText( 'Delete' ) );
	await page.waitForSelector( '.notice-success' );
	assert.equal( await row.count(), 0 );
} );

test( 'several are deleted at once', async () => {
	const before = await page.locator( '#the-list tr' ).count();
	await page.check( '#the-list tr:first-child input[type=checkbox]' );
	await page.check( '#the-list tr:last-child input[type=checkbox]' );
	await page.selectOption( '#bulk-action-selector-top', 'delete' );
	await page.outbox.follow( '#doaction' );
	await page.waitForSelector( '.notice-success' );
	assert.equal( await page.locator( '#the-list tr' ).count(), before - 2 );
} );

test( 'the file for spreadsheets has every row, and no formula of a stranger', async () => {
	await site.ask( 'evaluate', 'wp_mail("gil@example.org", "=1+1", "text"); return true;' );
	await page.outbox.open( 'admin.php?page=outbox-log' );
	const rows = await page.locator( '#the-list tr' ).count();
	const [ download ] = await Promise.all( [ page.waitForEvent( 'download' ), page.click( 'text=Export this list' ) ] );
	const lines = readFileSync( await download.path(), 'utf8' ).trim().split( '\n' );
	assert.equal( lines.length, rows + 1 );
	assert.match( lines[ 0 ], /^time,status,from,to,subject/ );
	assert.ok( lines.some( ( line ) => line.includes( ",'=1+1," ) ) );
} );

test( 'the dashboard counts, and the admin bar says when mail fails', async () => {
	await site.ask( 'evaluate', 'return wp_mail("nobody@example.org", "Fails", "text");' );
	await settled();
	await page.goto( site.url + '/wp-admin/' );
	assert.match( await page.textContent( '#outbox_widget' ), /failed/ );
	assert.equal( await page.locator( '#outbox_widget .outbox-chart li' ).count(), 7 );
	assert.match( await page.textContent( '#wp-admin-bar-outbox' ), /Mail failed/ );
	await page.locator( '#outbox_widget' ).screenshot( { path: '.work/test/screenshots/screenshot-6.png' } );
	await page.outbox.follow( '#wp-admin-bar-outbox a' );
	assert.equal( await page.locator( '.column-status .outbox-state-failed' ).count(), 1 );
} );

test( 'a message in the queue is held, released and tried now', async ( context ) => {
	if ( ! site.can_queue ) {
		context.skip( 'this build of the extension has no queue' );
		return;
	}
	await site.connect( { smtp_port: 9, delivery_mode: 'queue' } ); // Nobody listens there: the message waits.
	await site.ask( 'evaluate', 'return wp_mail("hal@example.org", "Waits in the queue", "text");' );
	const row = page.locator( '#the-list tr', { hasText: 'Waits in the queue' } );
	const act = async ( name ) => {
		await page.outbox.open( 'admin.php?page=outbox-log' );
		await row.hover();
		await page.outbox.follow( row.getByText( name, { exact: true } ) );
		await page.waitForSelector( '.notice-success' );
	};
	await act( 'Hold' );
	assert.match( await row.textContent(), /Held/ );
	await site.connect( { delivery_mode: 'queue' } );
	await act( 'Release' );
	await act( 'Try now' ).catch( () => {} ); // It may be gone already, which is what is wanted.
	await settled();
	assert.match( await row.textContent(), /Sent/ );
} );
