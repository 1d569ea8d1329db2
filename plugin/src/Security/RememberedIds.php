<?php

declare( strict_types=1 );

namespace ArBridge\Security;

use ArBridge\Clock;
use ArBridge\Schema\Database;
use ArBridge\Schema\Tables;

defined( 'ABSPATH' ) || exit;

/** Ids of signed calls, kept for longer than a signature is valid: a call that is sent twice is carried out once. */
final class RememberedIds {

	/** A timestamp may lie a window in the future and stay valid for another one after that. */
	private const KEEP_SECONDS = 3 * Signature::WINDOW_SECONDS;

	public function __construct( private Clock $clock ) {}

	/**
	 * Remembers an id whose signature holds.
	 *
	 * @return bool False when it was known: of two equal calls at once, the primary key lets one through.
	 */
	public function is_new( string $id ): bool {
		$now = $this->clock->seconds();
		if ( 0 === random_int( 0, 99 ) ) {
			Database::run( 'DELETE FROM %i WHERE forget_after < %d', Tables::request_ids(), $now );
		}
		return 1 === Database::run( 'INSERT IGNORE INTO %i (request_id, forget_after) VALUES (%s, %d)', Tables::request_ids(), strtolower( $id ), $now + self::KEEP_SECONDS );
	}
}
