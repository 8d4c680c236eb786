// SPDX-License-Identifier: MIT
// From an empty site to mail that arrives, with a mouse, a keyboard, and without a script.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { RELAY, start } from './browser.mjs';

let browser, site;

before( async () => {
	[ browser, site ] = await start( { suite: 'trixie' } );
} );
after( async () => {
	await browser?.stop();
	await site?.stop();
} );

const settings = () => site.ask( 'evaluate', 'return (new Outbox\\WordPress\\Settings())->all();' );

describe( 'settings', () => {
	test( 'Gmail is set up by choosing it and typing an address and a password', async () => {
		const page = await browser.visit( site );
		await page.outbox.open( 'admin.php?page=outbox' );
		await page.outbox.well();
		await page.check( 'input[value=gmail]' );
		assert.equal( await page.inputValue( '#outbox-smtp-host' ), 'smtp.gmail.com' );
		assert.equal( await page.inputValue( '#outbox-smtp-port' ), '465' );
		assert.ok( await page.isChecked( '[name="outbox[smtp_encryption]"][value=ssl]' ) );
		assert.match( await page.textContent( 'label[for=outbox-smtp-pass]' ), /App password/ );
		assert.match( await page.textContent( '[data-outbox-hint=pass]' ), /2-Step Verification/ );
		assert.equal( await page.evaluate( () => document.activeElement.id ), 'outbox-smtp-user', 'the account is next' );
		assert.equal( await page.getAttribute( '[data-outbox-hint=link] a', 'href' ), 'https://myaccount.google.com/apppasswords' );
		await page.fill( '#outbox-smtp-user', 'potter@gmail.com' );
		await page.fill( '#outbox-smtp-pass', 'abcdefghijklmnop' );
		await page.locator( '#outbox-from-name' ).focus();
		assert.equal( await page.inputValue( '#outbox-from-email' ), 'potter@gmail.com', 'the sender is the account' );
		await page.outbox.shot( 'screenshot-1' );
		assert.ok( await page.locator( '#outbox-from-email' ).evaluate( ( e ) => e.getBoundingClientRect().bottom < document.querySelector( '.outbox-save' ).getBoundingClientRect().top ), 'all of it is seen without scrolling' );
		await page.outbox.follow( '.outbox-save >> text=Save settings' );
		assert.match( await page.textContent( '.notice-success' ), /saved/ );
		assert.ok( ! ( await page.content() ).includes( 'abcdefghijklmnop' ), 'the password is in the page' );
		assert.equal( await page.inputValue( '#outbox-smtp-pass' ), '' );
		await page.outbox.well();
		const kept = await settings();
		assert.equal( kept.provider, 'gmail' );
		assert.equal( kept.smtp_pass, true );
		await page.context().close();
	} );

	test( 'the port follows the encryption, until somebody has set one of his own', async () => {
		const page = await browser.visit( site );
		await page.outbox.open( 'admin.php?page=outbox' );
		await page.click( '.outbox-chooser summary' );
		await page.check( 'input[value=other]' );
		await page.check( '[name="outbox[smtp_encryption]"][value=tls]' );
		assert.equal( await page.inputValue( '#outbox-smtp-port' ), '587' );
		await page.check( '[name="outbox[smtp_encryption]"][value=none]' );
		assert.equal( await page.inputValue( '#outbox-smtp-port' ), '25' );
		assert.ok( await page.isVisible( '#outbox-smtp-autotls' ) );
		await page.fill( '#outbox-smtp-port', '2626' );
		await page.check( '[name="outbox[smtp_encryption]"][value=ssl]' );
		assert.equal( await page.inputValue( '#outbox-smtp-port' ), '2626' );
		assert.ok( ! await page.isVisible( '#outbox-smtp-autotls' ) );
		await page.context().close();
	} );

	test( 'a region gives its host, and a provider without a user name asks for none', async () => {
		const page = await browser.visit( site );
		await page.outbox.open( 'admin.php?page=outbox' );
		await page.click( '.outbox-chooser summary' );
		await page.check( 'input[value=ses]' );
		await page.selectOption( '#outbox-smtp-region', { index: 1 } );
		const region = await page.inputValue( '#outbox-smtp-region' );
		assert.equal( await page.inputValue( '#outbox-smtp-host' ), `email-smtp.${ region }.amazonaws.com` );
		await page.click( '.outbox-chooser summary' );
		await page.check( 'input[value=sendgrid]' );
		assert.ok( ! await page.isVisible( '#outbox-smtp-user' ) );
		assert.ok( ! await page.isVisible( '#outbox-smtp-region' ) );
		await page.context().close();
	} );

	test( 'a wrong field is named, leads to itself, and nothing is saved', async () => {
		const page = await browser.visit( site );
		await page.outbox.open( 'admin.php?page=outbox' );
		await page.click( '#outbox-fold-answers summary' );
		await page.fill( '#outbox-bcc', 'not an address' );
		await page.fill( '#outbox-from-name', 'Changed' );
		await page.click( '.outbox-save >> text=Save settings' );
		await page.waitForSelector( '.outbox-errors' );
		await page.click( '.outbox-errors a' );
		assert.equal( await page.evaluate( () => document.activeElement.id ), 'outbox-bcc' );
		assert.equal( await page.getAttribute( '#outbox-bcc', 'aria-invalid' ), 'true' );
		assert.equal( await page.inputValue( '#outbox-from-name' ), 'Changed', 'what was typed is still there' );
		await page.outbox.well();
		assert.notEqual( ( await settings() ).from_name, 'Changed' );
		await page.context().close();
	} );

	test( 'the extension takes the password, and WordPress has it no more', async ( context ) => {
		if ( ! site.can_queue ) {
			context.skip( 'this build of the extension keeps no profiles' );
			return;
		}
		await site.connect();
		const page = await browser.visit( site );
		await page.outbox.open( 'admin.php?page=outbox' );
		await page.outbox.follow( 'text=take the password out of WordPress' );
		assert.match( await page.textContent( '.notice-success' ), /saved/ );
		const kept = await settings();
		assert.equal( kept.smtp_pass, false );
		assert.match( kept.smtp_profile, /^wp-[0-9a-f]+-kept$/ );
		await page.outbox.open( 'admin.php?page=outbox-test' );
		await page.fill( '#outbox-to', 'kept@example.org' );
		await page.click( 'button[value=send]' );
		await page.waitForSelector( '#outbox-domain-title' );
		assert.ok( ( await site.ask( 'captured', RELAY ) ).some( ( mail ) => mail.recipients.includes( 'kept@example.org' ) ) );
		await page.outbox.well();
		await site.connect( { smtp_profile: '' } );
		await page.context().close();
	} );

	test( 'a relay profile of the server is chosen from those that there are, and one that is gone is marked and kept', async ( context ) => {
		if ( ! site.can_queue ) {
			context.skip( 'this build of the extension keeps no profiles' );
			return;
		}
		await site.connect();
		await site.ask( 'evaluate', "Outbox\\Profile::save('company', 'smtps://relay.example.org'); Outbox\\Profile::save('going', 'smtps://relay.example.org'); return true;" );
		const page = await browser.visit( site );
		const choices = () => page.locator( '#outbox-smtp-profile option' ).evaluateAll( ( options ) => options.map( ( option ) => `${ option.value }: ${ option.textContent.trim() }` ) );
		const save = () => page.outbox.follow( '.outbox-save >> text=Save settings' );
		await page.outbox.open( 'admin.php?page=outbox' );
		await page.click( '#outbox-fold-finer summary' );
		const there = await choices();
		assert.ok( there.includes( 'company: company' ) && there.includes( 'going: going' ), there.join() );
		assert.match( there[ 0 ], /^: None/ );
		assert.ok( ! there.some( ( choice ) => /-primary/.test( choice ) ), 'what is made of these settings is no choice' );
		await page.selectOption( '#outbox-smtp-profile', 'going' );
		await save();
		assert.equal( ( await settings() ).smtp_profile, 'going' );
		await site.ask( 'evaluate', "return Outbox\\Profile::delete('going');" );
		await page.outbox.open( 'admin.php?page=outbox' );
		assert.equal( await page.inputValue( '#outbox-smtp-profile' ), 'going' );
		assert.ok( ( await choices() ).includes( 'going: going (missing)' ) );
		await page.outbox.well();
		await save();
		assert.equal( ( await settings() ).smtp_profile, 'going', 'saving something else does not change it' );
		await page.click( '#outbox-fold-finer summary' );
		await page.selectOption( '#outbox-smtp-profile', '' );
		await save();
		assert.equal( ( await settings() ).smtp_profile, '' );
		await page.context().close();
	} );

	test( 'what wp-config.php decides is shown and cannot be changed', async () => {
		await site.ask( 'define', [ 'OUTBOX_SMTP_HOST', 'mail.constant.example' ] );
		await site.ask( 'define', [ 'OUTBOX_SMTP_PASS', 'of-the-constant' ] );
		const page = await browser.visit( site );
		await page.outbox.open( 'admin.php?page=outbox' );
		assert.ok( await page.isDisabled( '#outbox-smtp-host' ) );
		assert.equal( await page.inputValue( '#outbox-smtp-host' ), 'mail.constant.example' );
		assert.match( await page.textContent( '#outbox-smtp-host-note' ), /OUTBOX_SMTP_HOST/ );
		assert.ok( await page.isDisabled( '#outbox-smtp-pass' ) );
		assert.match( await page.textContent( '#outbox-smtp-pass-note' ), /OUTBOX_SMTP_PASS/ );
		assert.ok( ! ( await page.content() ).includes( 'of-the-constant' ) );
		await page.outbox.well();
		await site.ask( 'define', [ 'OUTBOX_SMTP_HOST', null ] );
		await site.ask( 'define', [ 'OUTBOX_SMTP_PASS', null ] );
		await page.context().close();
	} );

	test( 'another server is set up with the keyboard alone, and a test is sent', async () => {
		const relay = await site.ask( 'capture', RELAY );
		await site.ask( 'configure', { provider: 'gmail', smtp_host: '', smtp_encryption: '', smtp_port: 0, smtp_user: 'potter@gmail.com', smtp_pass: 'abcdefghijklmnop', smtp_ca_file: '' } );
		const page = await browser.visit( site );
		const at = () => page.evaluate( () => document.activeElement.name || document.activeElement.textContent.trim() );
		const tabTo = async ( wanted, most = 120 ) => {
			for ( let i = 0; i < most; i++ ) {
				await page.keyboard.press( 'Tab' );
				if ( ( await at() ).startsWith( wanted ) ) {
					return;
				}
			}
			assert.fail( `the keyboard does not reach ${ wanted }` );
		};
		const type = async ( field, text ) => {
			await tabTo( field );
			await page.keyboard.press( 'Control+a' );
			await page.keyboard.type( text );
		};
		await page.outbox.open( 'admin.php?page=outbox' );
		await tabTo( 'Gmail' ); // The fold with the providers.
		await page.keyboard.press( 'Enter' );
		await tabTo( 'outbox[provider]' );
		await page.keyboard.press( 'ArrowUp' ); // From the first to the last.
		assert.equal( await page.evaluate( () => document.activeElement.value ), 'other' );
		await type( 'outbox[smtp_user]', 'shop@kilnandclay.example' );
		await type( 'outbox[smtp_pass]', 'right-password' );
		await type( 'outbox[smtp_host]', 'localhost' );
		await tabTo( 'outbox[smtp_encryption]' );
		assert.equal( await page.evaluate( () => document.activeElement.value ), 'ssl' );
		await type( 'outbox[smtp_port]', String( relay.port ) );
		await tabTo( 'Certificate' );
		await page.keyboard.press( 'Enter' );
		await type( 'outbox[smtp_ca_file]', relay.ca_file );
		await type( 'outbox[from_email]', 'shop@kilnandclay.example' );
		await page.keyboard.press( 'Enter' );
		await page.waitForSelector( '.notice-success' );
		assert.equal( ( await settings() ).smtp_profile, '', 'Enter does no more than save' );
		await page.outbox.open( 'admin.php?page=outbox-test' );
		await type( 'to', 'keyboard@example.org' );
		await page.keyboard.press( 'Enter' );
		await page.waitForSelector( '#outbox-domain-title' );
		assert.ok( ( await site.ask( 'captured', RELAY ) ).some( ( mail ) => mail.recipients.includes( 'keyboard@example.org' ) ) );
		await page.context().close();
	} );
} );

describe( 'a test message', () => {
	test( 'shows every stage, the server\'s name for it and the domain, and arrives', async () => {
		await site.connect();
		const page = await browser.visit( site );
		await page.outbox.open( 'admin.php?page=outbox-test' );
		await page.outbox.well();
		await page.fill( '#outbox-to', 'ann@example.org' );
		await page.click( 'button[value=send]' );
		await page.waitForSelector( '#outbox-domain-title' );
		const names = await page.locator( '#outbox-results .outbox-card:first-child .outbox-step-name' ).allTextContents();
		assert.deepEqual( names.map( ( name ) => name.split( ':' )[ 0 ] ), [ 'Look up the name', 'Connect', 'Encrypt', 'Greeting', 'What the server can do', 'Log in' ] );
		assert.match( await page.textContent( '#outbox-results' ), /certificate: names localhost/ );
		const mail = ( await site.ask( 'captured', RELAY ) ).at( -1 );
		assert.deepEqual( mail.recipients, [ 'ann@example.org' ] );
		assert.match( mail.message, /Content-Type: text\/html/ );
		const results = await page.textContent( '#outbox-results' );
		assert.match( results, /The server calls it\s+C\d+/ );
		assert.equal( await page.getAttribute( '[data-record=spf]', 'data-state' ), 'good' );
		assert.equal( await page.getAttribute( '[data-record=dkim]', 'data-state' ), 'good' );
		assert.equal( await page.getAttribute( '[data-record=dmarc]', 'data-state' ), 'warning' );
		assert.match( await page.textContent( '[data-record=dmarc] .outbox-record' ), /^v=DMARC1; p=none/ );
		await page.outbox.well();
		await page.outbox.shot( 'screenshot-2', { fullPage: true } );
		await page.context().close();
	} );

	test( 'with a wrong password says what to do, keeps the password to itself, and sends nothing', async () => {
		await site.connect( { smtp_pass: 'wrong-password' } );
		const before = ( await site.ask( 'captured', RELAY ) ).length;
		const page = await browser.visit( site );
		await page.outbox.open( 'admin.php?page=outbox-test' );
		await page.fill( '#outbox-to', 'ann@example.org' );
		await page.click( 'button[value=send]' );
		await page.waitForSelector( '.outbox-verdict-bad' );
		assert.match( await page.textContent( '.outbox-verdict-bad' ), /user and password/ );
		assert.ok( await page.locator( '.outbox-verdict-bad li' ).count() > 0, 'there is no remedy' );
		assert.equal( await page.locator( '.outbox-step[data-state=bad] .outbox-step-name' ).textContent().then( ( t ) => t.split( ':' )[ 0 ] ), 'Log in' );
		await page.click( '[data-outbox-copy]' );
		const copied = await page.evaluate( () => navigator.clipboard.readText() );
		assert.match( copied, /535 5\.7\.8/ );
		for ( const secret of [ 'wrong-password', Buffer.from( '\0shop@kilnandclay.example\0wrong-password' ).toString( 'base64' ) ] ) {
			assert.ok( ! ( await page.content() ).includes( secret ) );
		}
		await page.outbox.well();
		await page.outbox.shot( 'screenshot-3', { fullPage: true } );
		assert.equal( ( await site.ask( 'captured', RELAY ) ).length, before );
		await page.context().close();
	} );

	for ( const mode of [ 'queue', 'direct' ] ) {
		for ( const [ to, answer ] of [ [ 'nobody@example.org', '550 5.1.1 no such user here' ], [ 'unwanted@example.org', '554 5.7.1 this message is not wanted here' ] ] ) {
			test( `that the server refuses is not called sent, and what was said can be copied, ${ mode }, ${ to }`, async () => {
				await site.connect( { delivery_mode: mode } );
				const page = await browser.visit( site );
				await page.outbox.open( 'admin.php?page=outbox-test' );
				await page.fill( '#outbox-to', to );
				await page.click( 'button[value=send]' );
				const card = page.locator( '#outbox-results .outbox-card:has(.outbox-verdict-bad)' );
				await card.waitFor();
				assert.ok( ( await card.locator( '.outbox-verdict-bad' ).textContent() ).includes( answer.slice( 10 ) ) );
				await card.locator( '[data-outbox-copy]' ).click();
				const copied = await page.evaluate( () => navigator.clipboard.readText() );
				assert.ok( copied.includes( `C: RCPT TO:<${ to }>` ) && copied.includes( `S: ${ answer }` ), copied );
				for ( const secret of [ 'right-password', Buffer.from( '\0shop@kilnandclay.example\0right-password' ).toString( 'base64' ) ] ) {
					assert.ok( ! ( await page.content() ).includes( secret ) );
				}
				await page.outbox.well();
				await page.outbox.shot( `refused-${ mode }`, { fullPage: true } );
				await page.context().close();
			} );
		}
	}

	test( 'is followed with plain permalinks, the ones of a new site, too', async () => {
		await site.connect( { delivery_mode: 'queue' } );
		await site.ask( 'evaluate', "update_option( 'permalink_structure', '' ); return 1;" );
		const page = await browser.visit( site );
		await page.outbox.open( 'admin.php?page=outbox-test' );
		assert.match( await page.evaluate( () => window.outboxAdmin.rest ), /rest_route=/ );
		await page.fill( '#outbox-to', 'plain@example.org' );
		await page.click( 'button[value=send]' );
		await page.waitForSelector( '#outbox-domain-title' );
		assert.match( await page.textContent( '#outbox-results' ), /The server calls it\s+C\d+/ );
		await page.outbox.well();
		await site.ask( 'evaluate', "update_option( 'permalink_structure', '/%postname%/' ); return 1;" );
		await page.context().close();
	} );

	test( 'goes to no address that is none', async () => {
		const page = await browser.visit( site );
		await page.outbox.open( 'admin.php?page=outbox-test' );
		await page.fill( '#outbox-to', 'nobody' );
		await page.click( 'button[value=send]' );
		assert.ok( await page.isVisible( '#outbox-to-error' ) );
		assert.equal( await page.evaluate( () => document.activeElement.id ), 'outbox-to' );
		await page.outbox.well();
		await page.context().close();
	} );

	test( 'knocks at other ports by itself where nobody answers', async () => {
		await site.connect( { smtp_port: 9 } );
		const page = await browser.visit( site );
		await page.outbox.open( 'admin.php?page=outbox-test' );
		await page.fill( '#outbox-to', 'ann@example.org' );
		await page.click( 'button[value=send]' );
		await page.waitForSelector( '.outbox-ports' );
		assert.equal( await page.locator( '.outbox-ports [data-state=good]' ).count(), 0 );
		assert.ok( await page.isVisible( '.outbox-verdict-bad' ) );
		await page.outbox.well();
		await page.context().close();
	} );

	test( 'is not needed to see which ports are open', async () => {
		await site.connect();
		const page = await browser.visit( site );
		await page.outbox.open( 'admin.php?page=outbox-test' );
		await page.click( 'button[value=ports]' );
		await page.waitForSelector( '#outbox-ports-title' );
		assert.equal( await page.locator( '.outbox-ports [data-state=good]' ).count(), 1 );
		await page.outbox.well();
		await page.context().close();
	} );
} );

describe( 'without a script', () => {
	test( 'settings are saved and a test is sent', async () => {
		const relay = await site.connect();
		const page = await browser.visit( site, 'admin', { javaScriptEnabled: false } );
		await page.outbox.open( 'admin.php?page=outbox' );
		await page.fill( '#outbox-from-name', 'Without a script' );
		await page.outbox.follow( '.outbox-save >> text=Save settings' );
		assert.match( await page.textContent( '.notice-success' ), /saved/ );
		assert.equal( ( await settings() ).from_name, 'Without a script' );
		await page.outbox.open( 'admin.php?page=outbox-test' );
		await page.fill( '#outbox-to', 'plain@example.org' );
		await page.outbox.follow( 'button[value=send]' );
		assert.match( await page.textContent( '#outbox-results' ), /The server calls it\s+C\d+/ );
		assert.match( await page.textContent( '#outbox-results' ), new RegExp( `localhost:${ relay.port }` ) );
		assert.ok( ( await site.ask( 'captured', RELAY ) ).some( ( mail ) => mail.recipients.includes( 'plain@example.org' ) ) );
		await page.outbox.well( { axe: false } );
		await page.context().close();
	} );
} );
