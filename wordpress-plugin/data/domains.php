<?php
/**
 * Under which names providers publish for the domains of their customers. Facts drift. Checked against zones that
 * customers of the provider have made public: Google, Microsoft, Zoho, Mailjet (selector), Brevo (brevo1, brevo2),
 * Mandrill (mte1, mte2), Elastic Email (spf), MailerSend; the others come from general knowledge.
 *
 * Columns: spf, what the SPF record of the sender's domain includes, or by the end of the server's name; none where the
 * provider uses a return path of its own
 * selectors, usual selectors of DKIM; none where each customer has others
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

return array(
	'gmail'      => array(
		'spf'       => '_spf.google.com',
		'selectors' => array( 'google', '20230601' ),
	),
	'workspace'  => array(
		'spf'       => '_spf.google.com',
		'selectors' => array( 'google' ),
	),
	'microsoft'  => array(
		'spf'       => 'spf.protection.outlook.com',
		'selectors' => array( 'selector1', 'selector2' ),
	),
	'yahoo'      => array( 'selectors' => array( 's2048', 's1024' ) ),
	'icloud'     => array(
		'spf'       => 'icloud.com',
		'selectors' => array( 'sig1', '1a1hai' ),
	),
	'zoho'       => array(
		'spf'       => array(
			'.zoho.com' => 'zohomail.com',
			'.zoho.eu'  => 'zohomail.eu',
			'.zoho.in'  => 'zohomail.in',
		),
		'selectors' => array( 'zmail', 'zoho' ),
	),
	'sendgrid'   => array( 'selectors' => array( 's1', 's2' ) ),
	'mailgun'    => array(
		'spf'       => 'mailgun.org',
		'selectors' => array( 'mx', 'k1', 'smtp', 'pic', 's1' ),
	),
	'brevo'      => array( 'selectors' => array( 'mail', 'brevo1', 'brevo2' ) ),
	'mailjet'    => array(
		'spf'       => 'spf.mailjet.com',
		'selectors' => array( 'mailjet' ),
	),
	'resend'     => array( 'selectors' => array( 'resend' ) ),
	'mandrill'   => array( 'selectors' => array( 'mte1', 'mte2', 'mandrill' ) ),
	'elastic'    => array(
		'spf'       => '_spf.elasticemail.com',
		'selectors' => array( 'api' ),
	),
	'mailersend' => array(
		'spf'       => '_spf.mailersend.net',
		'selectors' => array( 'mlsend2', 'mlsend' ),
	),
	'fastmail'   => array(
		'spf'       => 'spf.messagingengine.com',
		'selectors' => array( 'fm1', 'fm2', 'fm3' ),
	),
	'other'      => array( 'selectors' => array( 'default', 'mail', 'dkim', 's1', 'selector1' ) ),
);
