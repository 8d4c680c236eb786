<?php

/**
 * @generate-class-entries
 * @undocumentable
 */

namespace {
    /**
     * Sends one message now. The short form of (new Outbox\Transport($dsn))->send($message).
     *
     * @param string|array $dsn as for Outbox\Transport
     * @param Outbox\Message|string|array $message a message, a complete RFC 5322 text, or an array with the keys
     *     from, to (both needed), sender, cc, bcc, reply_to, subject, text, html, calendar, attachments, embeds,
     *     headers, date, message_id, priority, list_unsubscribe, dkim
     * @throws Outbox\Exception nobody got the message
     */
    function outbox_send(#[\SensitiveParameter] string|array $dsn, #[\SensitiveParameter] \Outbox\Message|string|array $message): \Outbox\Receipt
    {
    }

    /**
     * Puts one message into the queue. The short form of (new Outbox\Transport($dsn))->queue($message, null, $options).
     *
     * @param string|array $dsn as for Outbox\Transport
     * @param Outbox\Message|string|array $message as for outbox_send()
     * @return string its id
     * @throws Outbox\SpoolException
     */
    function outbox_queue(
        #[\SensitiveParameter] string|array $dsn,
        #[\SensitiveParameter] \Outbox\Message|string|array $message,
        array $options = []
    ): string {
    }

    /**
     * mail() by Outbox: the same arguments, the same rules for headers. The message goes into the queue, or out at once,
     * as the INI setting outbox.mail says; the relay is that of outbox.dsn, else the profile that the queue has for all.
     * Of $additional_params -f and -r (envelope sender) and -F (name for a missing From) are understood, -t, -i and their
     * like change nothing; others are refused.
     *
     * @return bool whether the message is safe in the queue, or at least one recipient was accepted; the reason for false
     *     is an E_WARNING
     */
    function outbox_mail(
        string $to,
        string $subject,
        string $message,
        array|string $additional_headers = [],
        string $additional_params = ""
    ): bool {
    }

    /**
     * Versions, this process's pool of connections, whether the folder outbox.tls_cache can be used (null: none is set),
     * and the settings in force; no secrets.
     *
     * @return array{version: string, libraries: array<string, ?string>, pool: array<string, int>, tls_cache: ?bool, settings: array<string, mixed>}
     */
    function outbox_status(): array
    {
    }
}
