<?php

declare( strict_types=1 );

namespace ArBridge\Security;

use ArBridge\Clock;
use WeakMap;
use WP_Error;
use WP_REST_Request;

defined( 'ABSPATH' ) || exit;

/** Decides whether a call to a machine route comes from the paired sidecar. */
final class RequestVerifier {

	/** @var WeakMap<WP_REST_Request<array<mixed>>, array{fault: WP_Error|null, known: bool}> */
	private WeakMap $verdicts;

	public function __construct( private SecretStore $secrets, private RememberedIds $ids, private Clock $clock ) {
		$this->verdicts = new WeakMap();
	}

	/**
	 * Permission callback. WordPress asks a second time for the Allow header, so the verdict is kept with the request.
	 *
	 * @param WP_REST_Request<array<mixed>> $request
	 * @return true|WP_Error
	 */
	public function permit( WP_REST_Request $request ) {
		return $this->verdict( $request )['fault'] ?? true;
	}

	/**
	 * Whether the same call was carried out before.
	 *
	 * @param WP_REST_Request<array<mixed>> $request
	 */
	public function is_known( WP_REST_Request $request ): bool {
		return $this->verdict( $request )['known'];
	}

	/**
	 * @param WP_REST_Request<array<mixed>> $request
	 * @return array{fault: WP_Error|null, known: bool}
	 */
	private function verdict( WP_REST_Request $request ): array {
		if ( ! isset( $this->verdicts[ $request ] ) ) {
			$id    = (string) $request->get_header( Signature::ID );
			$fault = Signature::fault(
				$this->secrets->accepted(),
				$id,
				(string) $request->get_header( Signature::TIMESTAMP ),
				(string) $request->get_header( Signature::SIGNATURE ),
				$this->clock->seconds(),
				$request->get_method(),
				self::request_target(),
				(string) $request->get_body() // Null in a call within WordPress.
			);

			$this->verdicts[ $request ] = array(
				'fault' => null === $fault ? null : new WP_Error( $fault[0], $fault[1], array( 'status' => 401 ) ),
				'known' => null === $fault && ! $this->ids->is_new( $id ),
			);
		}
		return $this->verdicts[ $request ];
	}

	/**
	 * The request target as it came: WordPress adds slashes to $_SERVER. Not sanitised, since the signature covers these very bytes and
	 * nothing else is done with them. In a subdirectory installation it holds the subdirectory too, as the sender wrote it.
	 */
	private static function request_target(): string {
		// phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- see above.
		$target = isset( $_SERVER['REQUEST_URI'] ) ? wp_unslash( $_SERVER['REQUEST_URI'] ) : '';
		return is_string( $target ) ? $target : '';
	}
}
