<?php
/**
 * Loads the classes of namespace ArBridge from this folder (PSR-4). The plugin has no other PHP dependency.
 *
 * @package ArBridge
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

spl_autoload_register(
	static function ( string $name ): void {
		if ( str_starts_with( $name, 'ArBridge\\' ) ) {
			$file = __DIR__ . strtr( substr( $name, 8 ), '\\', '/' ) . '.php';
			if ( is_file( $file ) ) {
				require_once $file;
			}
		}
	}
);
