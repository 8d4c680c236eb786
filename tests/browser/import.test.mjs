// SPDX-License-Identifier: MIT
// From another plugin to this one: looked at first, taken over then, and mail arrives with the password that was sealed there.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RELAY, start } from './browser.mjs';

let browser, site, relay;

before( async () => {
	[ browser, site ] = await start( { suite: 'bookworm' } );
	relay = await site.ask( 'capture', RELAY );
	// No other plugin knows this setting, so it stays: the test's server has a certificate of its own.
	await site.ask( 'configure', { smtp_ca_file: relay.ca_file, from_email: 'before@kilnandclay.example', from_name: 'Before' } );
	await site.ask( 'evaluate', `
		$key = random_bytes(SODIUM_CRYPTO_SECRETBOX_KEYBYTES);
		$nonce = random_bytes(SODIUM_CRYPTO_SECRETBOX_NONCEBYTES);
		update_option('wp_mail_smtp_mail_key', base64_encode($key));
		update_option('wp_mail_smtp', [
			'mail' => ['from_email' => 'shop@kilnandclay.example', 'from_name' => 'Kiln \\\\& <b>Clay</b>', 'mailer' => 'smtp', 'return_path' => true, 'from_email_force' => true],
			'smtp' => ['host' => 'localhost', 'encryption' => 'ssl', 'port' => ${ relay.port }, 'auth' => true, 'autotls' => true, 'user' => 'shop@kilnandclay.example',
				'pass' => base64_encode($nonce . sodium_crypto_secretbox('right-password', $nonce, $key))],
			'general' => ['dashboard_widget_hidden' => true],
		]);
		update_option('postman_options', ['hostname' => 'smtp.elsewhere.example', 'port' => '465']);
		return true;` );
} );
after( async () => {
	await browser?.stop();
	await site?.stop();
} );

/* The other plugin's rows of the database, octet by octet. */
const theirs = () => site.ask( 'evaluate', `
	global $wpdb;
	return $wpdb->get_results("SELECT option_name, MD5(option_value) AS sum, autoload FROM $wpdb->options WHERE option_name LIKE 'wp\\\\_mail\\\\_smtp%' OR option_name = 'postman_options' ORDER BY 1", ARRAY_A);` );
const settings = () => site.ask( 'evaluate', 'return (new Outbox\\WordPress\\Settings())->all();' );
const secretIsKept = async ( page ) => assert.ok( ! ( await page.content() ).includes( 'right-password' ), `the password is in ${ page.url() }` );

test( 'what another plugin has is shown before it is taken over, and then mail goes out with it', async () => {
	const before = await theirs();
	assert.equal( before.length, 3 );
	const page = await browser.visit( site );
	await page.outbox.open( 'admin.php?page=outbox-import' );
	await page.outbox.well();
	assert.equal( await page.locator( 'table' ).count(), 0, 'a plugin is chosen first where there are two' );
	await page.outbox.follow( '.outbox a >> text=WP Mail SMTP' );
	const difference = Object.fromEntries( await page.locator( '.outbox tbody tr' ).evaluateAll( ( rows ) => rows.map( ( row ) => {
		const [ name, ...values ] = [ ...row.cells ].map( ( cell ) => cell.textContent.trim() );
		return [ name, values ];
	} ) ) );
	assert.deepEqual( difference[ 'From Email' ], [ 'before@kilnandclay.example', 'shop@kilnandclay.example' ] );
	assert.deepEqual( difference[ 'From Name' ], [ 'Before', 'Kiln & <b>Clay</b>' ] );
	assert.deepEqual( difference[ 'SMTP Host' ][ 1 ], 'localhost' );
	assert.deepEqual( difference[ 'SMTP Port' ][ 1 ], String( relay.port ) );
	assert.deepEqual( difference[ 'SMTP Password' ], [ 'not set', 'set anew' ] );
	await secretIsKept( page );
	await page.outbox.well();
	await page.outbox.shot( 'import-difference', { fullPage: true } );
	assert.equal( ( await settings() ).from_name, 'Before', 'looking changes nothing' );

	await page.outbox.follow( 'text=Take these settings over' );
	assert.match( page.url(), /page=outbox$/ ); // WordPress takes "saved" out of the address.
	assert.match( await page.textContent( '.notice-success' ), /saved/ );
	assert.equal( await page.inputValue( '#outbox-smtp-host' ), 'localhost' );
	assert.equal( await page.inputValue( '#outbox-smtp-port' ), String( relay.port ) );
	assert.equal( await page.inputValue( '#outbox-smtp-user' ), 'shop@kilnandclay.example' );
	assert.equal( await page.inputValue( '#outbox-from-name' ), 'Kiln & <b>Clay</b>' );
	assert.equal( await page.inputValue( '#outbox-smtp-pass' ), '' );
	assert.match( await page.textContent( '#outbox-smtp-pass-kept' ), /One is saved/ );
	await secretIsKept( page );
	await page.outbox.well();

	await page.outbox.open( 'admin.php?page=outbox-test' );
	await page.fill( '#outbox-to', 'imported@example.org' );
	await page.click( 'button[value=send]' );
	await page.waitForSelector( '#outbox-domain-title' );
	assert.ok( ( await site.ask( 'captured', RELAY ) ).some( ( mail ) => mail.recipients.includes( 'imported@example.org' ) ), 'the password opens the server' );
	await secretIsKept( page );

	await page.outbox.open( 'admin.php?page=outbox-import&source=wp-mail-smtp' );
	assert.match( await page.textContent( '.outbox' ), /SMTP Password/, 'a password cannot be compared, so it is set again' );
	assert.equal( await page.locator( '.outbox tbody tr' ).count(), 1, 'nothing else is left to take over' );
	assert.deepEqual( await theirs(), before, 'the other plugin has what it had' );
	await page.outbox.well();
	await page.context().close();
} );
