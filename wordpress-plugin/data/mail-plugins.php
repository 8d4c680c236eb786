<?php
/**
 * Plugins that want to send a site's mail themselves: name by plugin file.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

return array(
	'wp-mail-smtp/wp_mail_smtp.php'                     => 'WP Mail SMTP',
	'wp-mail-smtp-pro/wp_mail_smtp.php'                 => 'WP Mail SMTP Pro',
	'easy-wp-smtp/easy-wp-smtp.php'                     => 'Easy WP SMTP',
	'easy-wp-smtp-pro/easy-wp-smtp.php'                 => 'Easy WP SMTP Pro',
	'fluent-smtp/fluent-smtp.php'                       => 'FluentSMTP',
	'post-smtp/postman-smtp.php'                        => 'Post SMTP',
	'postman-smtp/postman-smtp.php'                     => 'Postman SMTP',
	'gosmtp/gosmtp.php'                                 => 'GoSMTP',
	'smtp-mailer/main.php'                              => 'SMTP Mailer',
	'wp-smtp/wp-smtp.php'                               => 'WP SMTP',
	'wp-mail-bank/wp-mail-bank.php'                     => 'Mail Bank',
	'gmail-smtp/main.php'                               => 'Gmail SMTP',
	'cimy-swift-smtp/cimy_swift_smtp.php'               => 'Cimy Swift SMTP',
	'bws-smtp/bws-smtp.php'                             => 'SMTP by BestWebSoft',
	'wp-email-smtp/wp_email_smtp.php'                   => 'WP Email SMTP',
	'turbosmtp/turbo-smtp-plugin.php'                   => 'turboSMTP',
	'sar-friendly-smtp/sar-friendly-smtp.php'           => 'SAR Friendly SMTP',
	'configure-smtp/configure-smtp.php'                 => 'Configure SMTP',
	'wp-easy-smtp/wp-easy-smtp.php'                     => 'WP Easy SMTP',
	'welcome-email-editor/sb_welcome_email_editor.php'  => 'SMTP Mailing Queue and Welcome Email Editor',
	'smtp-mailing-queue/smtp-mailing-queue.php'         => 'SMTP Mailing Queue',
	'mailgun/mailgun.php'                               => 'Mailgun',
	'sendgrid-email-delivery-simplified/wpsendgrid.php' => 'SendGrid',
	'postmark-approved-wordpress-plugin/postmark.php'   => 'Postmark',
	'sparkpost/wordpress-sparkpost.php'                 => 'SparkPost',
	'mailin/sendinblue.php'                             => 'Brevo',
	'mailjet-for-wordpress/wp-mailjet.php'              => 'Mailjet',
	'wpmandrill/wpmandrill.php'                         => 'wpMandrill',
	'wp-offload-ses-lite/wp-offload-ses.php'            => 'WP Offload SES Lite',
	'wp-offload-ses/wp-offload-ses.php'                 => 'WP Offload SES',
	'wp-ses/wp-ses.php'                                 => 'WP SES',
	'smtp2go/smtp2go-wordpress-plugin.php'              => 'SMTP2GO',
	'elastic-email-sender/elasticemailsender.php'       => 'Elastic Email Sender',
	'mailersend-official-smtp-integration/mailersend-official-smtp-integration.php' => 'MailerSend',
	'site-mailer/site-mailer.php'                       => 'Site Mailer',
	'suremails/suremails.php'                           => 'SureMail',
	'yaysmtp/yay-smtp.php'                              => 'YaySMTP',
	'solid-mail/solid-mail.php'                         => 'Solid Mail',
	'disable-emails/disable-emails.php'                 => 'Disable Emails',
	'stop-emails/stop-emails.php'                       => 'Stop Emails',
);
