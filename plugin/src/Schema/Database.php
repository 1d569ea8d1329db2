<?php

declare( strict_types=1 );

namespace ArBridge\Schema;

use wpdb;

defined( 'ABSPATH' ) || exit;

/**
 * The one place that speaks to the database. Every value goes through a placeholder (%i names a table, %s, %d); the SQL itself is written
 * in this plugin. Results are never cached: what waits and what was paid must be true at the moment.
 */
final class Database {

	/**
	 * @param string|int ...$values For the placeholders.
	 * @return int|null Rows affected; null when the database refused.
	 */
	public static function run( string $sql, string|int ...$values ): ?int {
		$done = self::wpdb()->query( self::prepare( $sql, $values ) ); // phpcs:ignore WordPress.DB -- see above.
		return is_int( $done ) ? $done : ( true === $done ? 0 : null );
	}

	/**
	 * @param string|int ...$values For the placeholders.
	 * @return list<list<string>> Rows of columns as text, NULL as empty text.
	 */
	public static function rows( string $sql, string|int ...$values ): array {
		$rows = self::wpdb()->get_results( self::prepare( $sql, $values ), ARRAY_N ); // phpcs:ignore WordPress.DB -- see above.
		$read = array();
		foreach ( is_array( $rows ) ? $rows : array() as $row ) {
			$read[] = array_map( static fn ( mixed $column ): string => is_scalar( $column ) ? (string) $column : '', array_values( (array) $row ) );
		}
		return $read;
	}

	/** $count times $placeholder, with $between in between: for lists of values and conditions. */
	public static function repeat( string $placeholder, int $count, string $between = ', ' ): string {
		return implode( $between, array_fill( 0, $count, $placeholder ) );
	}

	public static function wpdb(): wpdb {
		global $wpdb;
		/** @var wpdb $wpdb */
		return $wpdb;
	}

	/** @param array<int|string, string|int> $values */
	private static function prepare( string $sql, array $values ): string {
		// @phpstan-ignore argument.type (the callers join literals; PHPStan loses that on the way)
		return $values ? (string) self::wpdb()->prepare( $sql, array_values( $values ) ) : $sql; // phpcs:ignore WordPress.DB -- see above.
	}
}
