<?php

declare( strict_types=1 );

namespace ArBridge\Sidecar;

use ArBridge\Clock;
use ArBridge\Plugin;
use ArBridge\Security\SecretStore;
use ArBridge\Security\Signature;
use ArBridge\Settings\Connection;

defined( 'ABSPATH' ) || exit;

/**
 * Speaks to the sidecar, and to nothing else: the address is the one that was paired, the path is ours, redirects are not followed.
 * `wp_remote_request` and not its `safe` sibling, which refuses loopback addresses and uncommon ports.
 */
final class SidecarClient {

	/** An answer above this is cut off by WordPress and then fails to parse; the audit's CSV is the largest there is. */
	private const MOST_BYTES = 20_000_000;

	public function __construct( private Connection $connection, private SecretStore $secrets, private Clock $clock ) {}

	/**
	 * A signed call to the paired sidecar.
	 *
	 * @param string $path Below the sidecar's address, query included, encoded as it shall be sent.
	 * @param string $body JSON, or empty.
	 * @throws Unreachable When there is no answer.
	 */
	public function call( string $method, string $path, string $body, float $timeout_seconds ): Answer {
		return $this->call_at( $this->connection->sidecar_url(), (string) $this->secrets->current(), $method, $path, $body, $timeout_seconds );
	}

	/**
	 * A signed call to some sidecar, for unpairing from one that is being replaced.
	 *
	 * @param string $secret Raw bytes.
	 * @throws Unreachable When there is no answer.
	 */
	public function call_at( string $base_url, string $secret, string $method, string $path, string $body, float $timeout_seconds ): Answer {
		$url    = $base_url . $path;
		$target = (string) wp_parse_url( $base_url, PHP_URL_PATH ) . $path;
		return self::send( $method, $url, $body, Signature::headers( $secret, $this->clock->seconds(), $method, $target, $body ), $timeout_seconds );
	}

	/**
	 * The one unsigned call: it brings the secret.
	 *
	 * @throws Unreachable When there is no answer.
	 */
	public function pair( string $base_url, string $body, float $timeout_seconds ): Answer {
		return self::send( 'POST', $base_url . '/v1/pair', $body, array(), $timeout_seconds );
	}

	/**
	 * @param array<string, string> $headers
	 * @throws Unreachable When there is no answer.
	 */
	private static function send( string $method, string $url, string $body, array $headers, float $timeout_seconds ): Answer {
		$answer = wp_remote_request(
			$url,
			array(
				'method'              => $method,
				'timeout'             => $timeout_seconds,
				'redirection'         => 0,
				'sslverify'           => true,
				'httpversion'         => '1.1',
				'user-agent'          => 'ar-bridge/' . Plugin::VERSION,
				'limit_response_size' => self::MOST_BYTES,
				'headers'             => $headers + array(
					'Accept'       => 'application/json',
					'Content-Type' => 'application/json',
				),
				'body'                => $body,
			)
		);
		if ( is_wp_error( $answer ) ) {
			throw new Unreachable( $answer->get_error_message() ); // phpcs:ignore WordPress.Security.EscapeOutput -- escaped where it is shown.
		}
		return new Answer(
			(int) wp_remote_retrieve_response_code( $answer ),
			self::header( $answer, 'content-type' ),
			self::header( $answer, 'content-disposition' ),
			wp_remote_retrieve_body( $answer )
		);
	}

	/** @param array<mixed> $answer */
	private static function header( array $answer, string $name ): string {
		$value = wp_remote_retrieve_header( $answer, $name );
		return is_array( $value ) ? '' : $value;
	}
}
