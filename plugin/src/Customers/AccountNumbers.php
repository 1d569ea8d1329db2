<?php

declare( strict_types=1 );

namespace ArBridge\Customers;

use ArBridge\Schema\Database;

defined( 'ABSPATH' ) || exit;

/**
 * The Oracle customer accounts that each user's orders are billed to, as the sidecar tells them: their own, then those of companies they
 * buy for. A user option and not plain user meta: in a network each shop has
 * its own sidecar. Writing it runs none of the hooks by which customers are watched, so nothing goes back to the sidecar.
 */
final class AccountNumbers {

	public const OPTION = 'ar_bridge_account';

	/** More are refused: the sidecar sends a hundred at a time. */
	public const MOST_ROWS = 500;

	private const LONGEST = 30;

	/** Several are joined with commas. Empty where the sidecar has told none. */
	public static function of( int $user_id ): string {
		$number = $user_id > 0 ? get_user_option( self::OPTION, $user_id ) : '';
		return is_string( $number ) ? $number : '';
	}

	/**
	 * Keeps what the sidecar tells: `{"customers":[{"id":12,"accountNumbers":["40051"]}]}`; none takes away what was kept.
	 *
	 * @return array{kept: int, unknown: list<int>} Rows that were kept, and ids that are no users of this site.
	 */
	public static function keep( mixed $told ): array {
		$rows    = is_array( $told ) && is_array( $told['customers'] ?? null ) ? array_slice( $told['customers'], 0, self::MOST_ROWS ) : array();
		$kept    = 0;
		$unknown = array();
		foreach ( $rows as $row ) {
			if ( ! is_array( $row ) || ! is_int( $row['id'] ?? null ) || $row['id'] <= 0 ) {
				continue;
			}
			if ( false === get_userdata( $row['id'] ) ) {
				$unknown[] = $row['id'];
				continue;
			}
			$numbers = self::numbers( $row['accountNumbers'] ?? null );
			if ( array() !== $numbers ) {
				update_user_option( $row['id'], self::OPTION, implode( ', ', $numbers ) );
			} else {
				delete_user_option( $row['id'], self::OPTION );
			}
			++$kept;
		}
		return array(
			'kept'    => $kept,
			'unknown' => $unknown,
		);
	}

	/** @return list<string> */
	private static function numbers( mixed $told ): array {
		$numbers = array();
		foreach ( is_array( $told ) ? $told : array() as $number ) {
			$number = is_string( $number ) ? mb_substr( sanitize_text_field( $number ), 0, self::LONGEST ) : '';
			if ( '' !== $number ) {
				$numbers[] = $number;
			}
		}
		return $numbers;
	}

	/** Takes the numbers of all users away, on this site. */
	public static function forget_all(): void {
		delete_metadata( 'user', 0, Database::wpdb()->get_blog_prefix() . self::OPTION, '', true );
	}
}
