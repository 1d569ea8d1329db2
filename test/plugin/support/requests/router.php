<?php
/** What a web server's rewrite rules do, for `php -S`. ABSPATH is defined here because WordPress' files are links: __DIR__ in them is the shared copy. */

declare( strict_types=1 );

$root = $_SERVER['DOCUMENT_ROOT'];
define( 'ABSPATH', $root . '/' );
$path = rawurldecode( (string) parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );
if ( '/' !== $path && is_file( $root . $path ) ) {
	return false;
}
$_SERVER['SCRIPT_NAME']     = '/index.php';
$_SERVER['PHP_SELF']        = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = $root . '/index.php';
chdir( $root );
require $root . '/index.php';
