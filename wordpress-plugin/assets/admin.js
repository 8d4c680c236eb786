/* SPDX-License-Identifier: MIT */
/* What the pages do better with JavaScript; each of them does its work without. */
( function () {
	'use strict';

	const { __, sprintf } = wp.i18n;
	const $ = ( selector, root ) => ( root || document ).querySelector( selector );
	const $$ = ( selector, root ) => Array.from( ( root || document ).querySelectorAll( selector ) );

	/* The address of a route. With plain permalinks the route is itself part of a query: index.php?rest_route=... */
	function address( route, query ) {
		const at = new URL( window.outboxAdmin.rest, window.location.href );
		if ( at.searchParams.has( 'rest_route' ) ) {
			at.searchParams.set( 'rest_route', at.searchParams.get( 'rest_route' ) + route );
		} else {
			at.pathname += route;
		}
		Object.entries( query || {} ).forEach( ( [ name, value ] ) => at.searchParams.set( name, value ) );
		return at;
	}

	/* A call of the plugin's own REST routes. A refusal of any kind is an Error with words for people. */
	async function call( method, route, body, query ) {
		const answer = await fetch( address( route, query ), {
			method,
			headers: { 'X-WP-Nonce': window.outboxAdmin.nonce, 'Content-Type': 'application/json' },
			body: body ? JSON.stringify( body ) : undefined,
			credentials: 'same-origin',
		} );
		let data = null;
		try {
			data = await answer.json();
		} catch ( error ) {
			throw new Error( sprintf( /* translators: %d: HTTP status. */ __( 'The server answered %d and nothing that can be read.', 'outbox' ), answer.status ) );
		}
		if ( ! answer.ok ) {
			throw new Error( data.message || String( answer.status ) );
		}
		return data;
	}

	/* ---- Settings ---- */

	const USUAL_PORT = { ssl: 465, tls: 587, none: 25 };

	function settings( form ) {
		const providers = JSON.parse( $( '#outbox-providers' ).textContent );
		const field = ( key ) => $( `[name="outbox[${ key }]"]:not([type=hidden])`, form );
		const row = ( key ) => $( `[data-outbox-field="${ key }"]`, form );
		const hint = ( name ) => $( `[data-outbox-hint="${ name }"]`, form );
		const checked = ( key ) => $( `[name="outbox[${ key }]"]:checked`, form );
		const preset = () => providers[ checked( 'provider' )?.value ?? $( '[data-outbox-provider]', form )?.dataset.outboxProvider ] || null;

		const show = ( key, shown ) => {
			const element = row( key );
			if ( element ) {
				element.hidden = ! shown;
			}
		};

		/* The port that goes with an encryption: the provider's own, else the usual one. */
		const portFor = ( encryption ) => {
			const ports = preset()?.ports || {};
			if ( '' === encryption ) {
				return preset()?.port || '';
			}
			return Object.keys( ports ).find( ( port ) => ports[ port ] === encryption ) || USUAL_PORT[ encryption ] || '';
		};

		const isUsual = ( port ) => [ '', '0', '25', '465', '587', '2465', '2587', '2525' ].includes( port );

		function followEncryption() {
			const encryption = checked( 'smtp_encryption' )?.value ?? '';
			const port = field( 'smtp_port' );
			if ( port && ! port.disabled && isUsual( port.value ) ) {
				port.value = portFor( encryption ) || 0;
			}
			show( 'smtp_autotls', 'none' === encryption );
		}

		function regions( chosen ) {
			const select = field( 'smtp_region' );
			const names = chosen ? chosen.regions : {};
			show( 'smtp_region', Object.keys( names ).length > 0 );
			if ( ! select || select.disabled || ! Object.keys( names ).length || select.dataset.of === chosen.pattern ) {
				return;
			}
			const kept = select.value;
			select.replaceChildren( ...Object.entries( names ).map( ( [ value, text ] ) => new Option( text, value, false, value === kept ) ) );
			select.dataset.of = chosen.pattern;
		}

		/* Shows what is known of the provider. Fills in only on the user's own choice. */
		function provider( byHand ) {
			const chosen = preset();
			regions( chosen );
			if ( ! chosen ) {
				const none = $( '.outbox-provider input:checked ~ .outbox-provider-name', form );
				if ( none ) {
					$( '[data-outbox-chosen]', form ).textContent = none.textContent;
				}
				return;
			}
			const name = $( '[data-outbox-chosen]', form ); // There is none where the choice is not this site's.
			if ( name ) {
				name.textContent = chosen.name;
			}
			hint( 'user' ).textContent = chosen.userHint;
			for ( const [ key, text ] of Object.entries( chosen.labels ) ) {
				const label = $( '[data-outbox-label]', row( key ) );
				label.textContent = text || label.dataset.outboxLabel;
			}
			// What is locked has no hints: there is nothing to type.
			if ( hint( 'pass' ) ) {
				hint( 'pass' ).textContent = chosen.passHint;
				hint( 'limits' ).textContent = chosen.limits ? sprintf( /* translators: %s: list of limits. */ __( 'Limits: %s.', 'outbox' ), chosen.limits ) : '';
				hint( 'link' ).hidden = ! chosen.link;
				$( 'a', hint( 'link' ) ).href = chosen.link || '#';
			}
			show( 'smtp_user', 'fixed' !== chosen.user && 'password' !== chosen.user );
			field( 'smtp_host' ).placeholder = chosen.host;
			if ( ! byHand ) {
				return;
			}
			const host = field( 'smtp_host' );
			if ( ! host.disabled ) {
				host.value = chosen.host;
			}
			const encryption = $( `[name="outbox[smtp_encryption]"][value="${ chosen.ports[ chosen.port ] || '' }"]`, form );
			if ( encryption && ! encryption.disabled ) {
				encryption.checked = true;
			}
			const port = field( 'smtp_port' );
			if ( ! port.disabled ) {
				port.value = chosen.port || 0;
			}
			show( 'smtp_autotls', 'none' === ( checked( 'smtp_encryption' )?.value ?? '' ) );
			$( '#outbox-fold-server' ).open = ! chosen.host;
			wp.a11y.speak( sprintf( /* translators: 1: provider, 2: host. */ __( '%1$s chosen. %2$s', 'outbox' ), chosen.name, chosen.host ) );
		}

		function followRegion() {
			const chosen = preset();
			const host = field( 'smtp_host' );
			if ( chosen && ! host.disabled ) {
				host.value = chosen.pattern.replace( '{region}', field( 'smtp_region' ).value );
			}
		}

		function followMode() {
			show( 'redirect_to', 'redirect' === checked( 'delivery_mode' )?.value );
		}

		function followAuth() {
			const on = ! field( 'smtp_auth' ) || field( 'smtp_auth' ).checked;
			const kind = preset()?.user;
			show( 'smtp_user', on && 'fixed' !== kind && 'password' !== kind );
			show( 'smtp_pass', on );
		}

		function followReturnPath() {
			show( 'return_path_address', 'address' === field( 'return_path' )?.value );
		}

		form.addEventListener( 'change', ( event ) => {
			const key = event.target.closest( '[data-outbox-field]' )?.dataset.outboxField;
			if ( 'provider' === key ) {
				provider( true );
				followAuth();
			}
			if ( 'smtp_encryption' === key ) {
				followEncryption();
			}
			if ( 'smtp_region' === key ) {
				followRegion();
			}
			followMode();
			followAuth();
			followReturnPath();
		} );
		/* Chosen with the mouse: the list has served, and the account is next. With the keyboard people go through it. */
		$( '.outbox-chooser', form )?.addEventListener( 'click', ( event ) => {
			if ( event.detail > 0 && event.target.matches( 'input[type=radio]' ) ) {
				setTimeout( () => {
					$( '.outbox-chooser', form ).open = false;
					[ 'smtp_region', 'smtp_user', 'smtp_pass' ].map( field ).find( ( next ) => next?.checkVisibility() )?.focus();
				} );
			}
		} );
		/* The address typed as user is most likely the sender's, too; only where none was chosen yet. */
		field( 'smtp_user' )?.addEventListener( 'change', ( event ) => {
			const from = field( 'from_email' );
			if ( preset()?.own && from && ! from.disabled && from.value === from.defaultValue && event.target.value.includes( '@' ) ) {
				from.value = event.target.value.trim();
			}
		} );
		provider( false );
		followMode();
		followAuth();
		followReturnPath();
		show( 'smtp_autotls', 'none' === ( checked( 'smtp_encryption' )?.value ?? '' ) );

		let changed = false;
		form.addEventListener( 'input', () => {
			changed = true;
		} );
		form.addEventListener( 'submit', () => {
			changed = false;
		} );
		window.addEventListener( 'beforeunload', ( event ) => {
			if ( changed ) {
				event.preventDefault();
			}
		} );
		/* A link to a field that is folded away opens the fold. */
		$$( '.outbox-errors a' ).forEach( ( link ) => link.addEventListener( 'click', () => {
			const target = document.getElementById( link.hash.slice( 1 ) );
			for ( let fold = target?.closest( 'details' ); fold; fold = fold.parentElement.closest( 'details' ) ) {
				fold.open = true;
			}
			target?.focus();
		} ) );
		$( '.outbox-errors' )?.focus();
	}

	const form = $( '[data-outbox-settings]' );
	if ( form ) {
		settings( form );
	}

	/* ---- Sending a test ---- */

	const PATIENCE = 60000; // So long an answer of the queue is waited for.
	const PAUSE = 400;

	function test( element ) {
		const results = $( '#outbox-results' );
		const buttons = $$( 'button[name=outbox_do]', element );
		const to = $( '#outbox-to', element );
		const error = $( '#outbox-to-error', element );

		/* A line that says what is going on, with a watch. */
		function running( text ) {
			const line = document.createElement( 'p' );
			line.className = 'outbox-step outbox-running';
			line.dataset.state = 'running';
			line.innerHTML = '<span class="outbox-step-sign" aria-hidden="true"></span><span class="outbox-step-name"></span><span class="outbox-step-time" aria-hidden="true"></span>';
			$( '.outbox-step-name', line ).textContent = text;
			results.append( line );
			const begun = Date.now();
			const watch = setInterval( () => {
				$( '.outbox-step-time', line ).textContent = sprintf( /* translators: %s: seconds. */ __( '%s s', 'outbox' ), ( ( Date.now() - begun ) / 1000 ).toFixed( 1 ) );
			}, 100 );
			return () => {
				clearInterval( watch );
				line.remove();
			};
		}

		/* Shows HTML that the plugin's own views have made. */
		function show( html ) {
			const box = document.createElement( 'div' );
			box.innerHTML = html;
			const shown = Array.from( box.children );
			results.append( ...shown );
			copying( results );
			// Of a long dialogue the end is what counts.
			$$( '.outbox-transcript', results ).forEach( ( text ) => {
				text.scrollTop = text.scrollHeight;
			} );
			shown[ 0 ]?.scrollIntoView( { block: 'nearest' } );
		}

		async function step( text, work ) {
			const done = running( text );
			try {
				return await work();
			} finally {
				done();
			}
		}

		async function progress( queueId ) {
			const until = Date.now() + PATIENCE;
			for ( ;; ) {
				const answer = await call( 'GET', 'test/progress', undefined, { queue_id: queueId } );
				if ( ! answer.waiting || Date.now() > until ) {
					return answer;
				}
				await new Promise( ( resolve ) => setTimeout( resolve, PAUSE ) );
			}
		}

		async function ports() {
			show( ( await step( __( 'Knocking at the ports', 'outbox' ), () => call( 'POST', 'test/ports' ) ) ).html );
		}

		async function check() {
			const found = await step( __( 'Trying the connection', 'outbox' ), () => call( 'POST', 'test/check' ) );
			show( found.html );
			if ( found.knock ) {
				await ports();
			}
			return found.ok;
		}

		async function send() {
			if ( ! await check() ) {
				wp.a11y.speak( __( 'The connection does not work. No message was sent.', 'outbox' ), 'assertive' );
				return;
			}
			const sent = await step( __( 'Sending', 'outbox' ), () => call( 'POST', 'test/send', { to: to.value.trim(), html: $( '[name=html]', element ).checked } ) );
			show( sent.html );
			if ( sent.waiting ) {
				show( ( await step( __( 'Waiting for the queue to deliver it', 'outbox' ), () => progress( sent.queue_id ) ) ).html );
			}
			if ( sent.ok ) {
				show( ( await step( __( 'Looking the domain up', 'outbox' ), () => call( 'POST', 'test/domain' ) ) ).html );
			}
		}

		const works = {
			send,
			check,
			ports,
			domain: async () => show( ( await step( __( 'Looking the domain up', 'outbox' ), () => call( 'POST', 'test/domain' ) ) ).html ),
		};

		element.addEventListener( 'submit', async ( event ) => {
			event.preventDefault();
			const what = event.submitter?.value || 'send';
			error.hidden = true;
			to.removeAttribute( 'aria-invalid' );
			if ( 'send' === what && ! to.checkValidity() ) {
				error.textContent = __( 'This is no email address.', 'outbox' );
				error.hidden = false;
				to.setAttribute( 'aria-invalid', 'true' );
				to.setAttribute( 'aria-describedby', 'outbox-to-error' );
				to.focus();
				return;
			}
			results.replaceChildren();
			results.setAttribute( 'aria-busy', 'true' );
			// Not "disabled": that would take the focus away from where the keyboard is.
			buttons.forEach( ( button ) => button.setAttribute( 'aria-disabled', 'true' ) );
			try {
				await works[ what ]();
			} catch ( failure ) {
				const box = document.createElement( 'div' );
				box.className = 'outbox-verdict outbox-verdict-bad';
				box.setAttribute( 'role', 'alert' );
				box.textContent = failure.message;
				results.append( box );
			}
			buttons.forEach( ( button ) => button.removeAttribute( 'aria-disabled' ) );
			results.setAttribute( 'aria-busy', 'false' );
		} );
		element.addEventListener( 'click', ( event ) => {
			if ( event.target.closest( '[aria-disabled=true]' ) ) {
				event.preventDefault();
			}
		} );
	}

	/* Buttons that copy a text. */
	function copying( root ) {
		$$( '[data-outbox-copy]', root ).forEach( ( button ) => {
			if ( ! button.hidden || ! navigator.clipboard ) {
				return;
			}
			button.hidden = false;
			button.addEventListener( 'click', async () => {
				await navigator.clipboard.writeText( document.getElementById( button.dataset.outboxCopy ).textContent );
				wp.a11y.speak( __( 'Copied.', 'outbox' ) );
				const before = button.textContent;
				button.textContent = __( 'Copied.', 'outbox' );
				setTimeout( () => {
					button.textContent = before;
				}, 2000 );
			} );
		} );
	}

	const testForm = $( '[data-outbox-test]' );
	if ( testForm ) {
		test( testForm );
	}
	copying( document );

	/* What deletes, asks first. */
	$$( '.outbox .button-link-delete, .outbox-log .trash a' ).forEach( ( link ) => link.addEventListener( 'click', ( event ) => {
		// eslint-disable-next-line no-alert
		if ( ! window.confirm( __( 'Delete this message from the log, and from the queue if it still waits there?', 'outbox' ) ) ) {
			event.preventDefault();
		}
	} ) );
}() );
