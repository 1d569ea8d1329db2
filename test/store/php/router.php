<?php
/**
 * Router of the throw-away site for PHP's built-in server (`php -S … router.php`): what a web server's rewrite rules do.
 *
 * The site's folder links to a shared WordPress. `__DIR__` in linked files is the shared folder, and WordPress would look for
 * its configuration and content there; ABSPATH, defined before WordPress can, keeps it here. (An auto_prepend_file would not do:
 * PHP does not run it before a router.)
 */

$root = $_SERVER['DOCUMENT_ROOT'];
define( 'ABSPATH', $root . '/' );

$path = rawurldecode( (string) parse_url( '/' . ltrim( $_SERVER['REQUEST_URI'], '/' ), PHP_URL_PATH ) );
if ( preg_match( '#/\.#', $path ) ) {
	http_response_code( 403 );
	return true;
}
if ( is_dir( $root . $path ) && is_file( $root . rtrim( $path, '/' ) . '/index.php' ) && '/' !== $path ) {
	if ( '/' === substr( $path, -1 ) ) {
		return false;
	}
	header( 'Location: ' . $path . '/', true, 301 );
	return true;
}
if ( is_file( $root . $path ) ) {
	return false;
}
$_SERVER['SCRIPT_NAME']     = '/index.php';
$_SERVER['PHP_SELF']        = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = $root . '/index.php';
chdir( $root );
require $root . '/index.php';
