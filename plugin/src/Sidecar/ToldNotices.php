<?php

declare( strict_types=1 );

namespace ArBridge\Sidecar;

use ArBridge\Schema\Database;
use ArBridge\Settings\Options;

defined( 'ABSPATH' ) || exit;

/**
 * What a change in Oracle has broken, as the sidecar tells it: kept here, so that no page of wp-admin waits for the sidecar to show it.
 * Which of it a person has put away is kept with that person.
 */
final class ToldNotices {

	/** A user option: ids of the notices that this person has put away. */
	public const SEEN = 'ar_bridge_seen_notices';

	private const MOST_ROWS   = 50;
	private const MOST_SAMPLE = 5;
	private const LONGEST     = 500;

	/**
	 * Keeps what the sidecar tells in place of what it told before:
	 * `{"notices":[{"id":7,"message":"Rule \"Mugs\": ...","orders":9,"sample":[1042]}]}`.
	 *
	 * @return array{kept: int}
	 */
	public static function keep( mixed $told ): array {
		$rows    = is_array( $told ) && is_array( $told['notices'] ?? null ) ? array_slice( $told['notices'], 0, self::MOST_ROWS ) : null;
		$notices = array();
		foreach ( $rows ?? array() as $row ) {
			$notice = self::read( $row );
			if ( null !== $notice ) {
				$notices[ $notice['id'] ] = $notice;
			}
		}
		if ( null !== $rows ) {
			update_option( Options::NOTICES, array_values( $notices ), false );
		}
		return array( 'kept' => count( $notices ) );
	}

	/**
	 * Those that this person has not put away.
	 *
	 * @return list<array{id: int, message: string, orders: int, sample: list<int>}>
	 */
	public static function unseen_by( int $user_id ): array {
		$seen   = self::seen_by( $user_id );
		$unseen = array();
		foreach ( self::all() as $notice ) {
			if ( ! in_array( $notice['id'], $seen, true ) ) {
				$unseen[] = $notice;
			}
		}
		return $unseen;
	}

	/** This person puts one away; ids that are told no more are forgotten on the way. */
	public static function put_away( int $id, int $user_id ): void {
		$open = array_column( self::all(), 'id' );
		$seen = array_intersect( array_merge( self::seen_by( $user_id ), array( $id ) ), $open );
		update_user_option( $user_id, self::SEEN, array_values( array_unique( $seen ) ) );
	}

	public static function forget(): void {
		delete_option( Options::NOTICES );
	}

	/** Also what people have put away, on this site. */
	public static function forget_all(): void {
		self::forget();
		delete_metadata( 'user', 0, Database::wpdb()->get_blog_prefix() . self::SEEN, '', true );
	}

	/** @return list<array{id: int, message: string, orders: int, sample: list<int>}> */
	private static function all(): array {
		$kept = get_option( Options::NOTICES );
		return array_values( array_filter( array_map( array( self::class, 'read' ), is_array( $kept ) ? $kept : array() ) ) );
	}

	/** @return list<int> */
	private static function seen_by( int $user_id ): array {
		$seen = get_user_option( self::SEEN, $user_id );
		return array_values( array_filter( is_array( $seen ) ? $seen : array(), 'is_int' ) );
	}

	/** @return array{id: int, message: string, orders: int, sample: list<int>}|null */
	private static function read( mixed $row ): ?array {
		if ( ! is_array( $row ) || ! is_int( $row['id'] ?? null ) || $row['id'] <= 0 || ! is_string( $row['message'] ?? null ) || '' === $row['message'] ) {
			return null;
		}
		$sample = is_array( $row['sample'] ?? null ) ? array_values( array_filter( $row['sample'], 'is_int' ) ) : array();
		return array(
			'id'      => $row['id'],
			'message' => mb_substr( sanitize_text_field( $row['message'] ), 0, self::LONGEST ),
			'orders'  => is_int( $row['orders'] ?? null ) ? max( 0, $row['orders'] ) : 0,
			'sample'  => array_slice( $sample, 0, self::MOST_SAMPLE ),
		);
	}
}
