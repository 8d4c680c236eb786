<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** HTTP with cookies, by curl: what a browser sends, without the browser. */
final class Visitor
{
    private readonly \CurlHandle $curl;
    public int $status = 0;
    public string $location = '';
    public string $body = '';

    public function __construct(private readonly string $url)
    {
        $this->curl = curl_init();
        curl_setopt_array($this->curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_COOKIEFILE => '', CURLOPT_TIMEOUT => 60, CURLOPT_HEADER => false]);
    }

    public function logIn(string $user, string $password): void
    {
        $this->get('/wp-login.php');
        $this->post('/wp-login.php', ['log' => $user, 'pwd' => $password, 'testcookie' => '1', 'wp-submit' => 'Log In']);
        if ($this->status !== 302) {
            throw new \RuntimeException("$user cannot log in: $this->status");
        }
    }

    public function get(string $path, array $headers = []): string
    {
        curl_setopt_array($this->curl, [CURLOPT_HTTPGET => true, CURLOPT_CUSTOMREQUEST => null]);
        return $this->request($path, $headers);
    }

    /** @param array|string $fields form fields, nested as PHP reads them, or a body */
    public function post(string $path, array|string $fields, array $headers = []): string
    {
        curl_setopt_array($this->curl, [CURLOPT_POST => true, CURLOPT_CUSTOMREQUEST => null,
            CURLOPT_POSTFIELDS => is_array($fields) ? http_build_query($fields) : $fields]);
        return $this->request($path, $headers);
    }

    /** A REST call as the page's own script makes it, with the page's nonce where there is one. */
    public function rest(string $method, string $route, array $body = [], ?string $nonce = null): mixed
    {
        $headers = ['Content-Type: application/json', ...($nonce === null ? [] : ["X-WP-Nonce: $nonce"])];
        if ($method === 'GET') {
            curl_setopt_array($this->curl, [CURLOPT_HTTPGET => true, CURLOPT_CUSTOMREQUEST => null]);
            $route .= $body === [] ? '' : '?' . http_build_query($body);
        } else {
            curl_setopt_array($this->curl, [CURLOPT_CUSTOMREQUEST => $method, CURLOPT_POSTFIELDS => json_encode((object) $body)]);
        }
        return json_decode($this->request("/wp-json$route", $headers), true);
    }

    /** The nonce that core hands to scripts of this user. */
    public function restNonce(): string
    {
        return trim($this->get('/wp-admin/admin-ajax.php?action=rest-nonce'));
    }

    /** The fields of the form on the last page that holds this control, as a browser would send them. */
    public function form(string $control): array
    {
        $document = new \DOMDocument();
        @$document->loadHTML('<?xml encoding="utf-8"?>' . $this->body);
        $path = new \DOMXPath($document);
        $form = $path->query("//form[.//*[@name='$control']]")->item(0) ?? throw new \RuntimeException("no form has a field $control");
        $pairs = [];
        foreach ($path->query('.//input[@name] | .//select[@name] | .//textarea[@name]', $form) as $field) {
            $type = strtolower($field->getAttribute('type'));
            $checkable = in_array($type, ['checkbox', 'radio'], true);
            if ($field->hasAttribute('disabled') || in_array($type, ['submit', 'button', 'file'], true) || ($checkable && !$field->hasAttribute('checked'))) {
                continue;
            }
            $value = match ($field->nodeName) {
                'textarea' => $field->textContent,
                'select' => $path->evaluate("string((.//option[@selected] | .//option)[@selected or position() = 1][last()]/@value)", $field),
                default => $checkable && !$field->hasAttribute('value') ? 'on' : $field->getAttribute('value'),
            };
            $pairs[] = rawurlencode($field->getAttribute('name')) . '=' . rawurlencode($value);
        }
        parse_str(implode('&', $pairs), $fields);
        return $fields;
    }

    private function request(string $path, array $headers): string
    {
        $location = '';
        curl_setopt_array($this->curl, [CURLOPT_URL => $this->url . $path, CURLOPT_HTTPHEADER => $headers,
            CURLOPT_HEADERFUNCTION => static function ($curl, string $line) use (&$location): int {
                if (stripos($line, 'location:') === 0) {
                    $location = trim(substr($line, 9));
                }
                return strlen($line);
            }]);
        $body = curl_exec($this->curl);
        if ($body === false) {
            throw new \RuntimeException("$path: " . curl_error($this->curl));
        }
        $this->status = curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE);
        $this->location = $location;
        return $this->body = $body;
    }
}
