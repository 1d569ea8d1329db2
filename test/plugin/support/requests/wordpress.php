<?php
/**
 * Head of every script here: loads the site's WordPress. Command line: folder of the site, arguments as JSON (in $args).
 */

declare( strict_types=1 );

$args                      = (array) json_decode( $argv[2] ?? '[]', true );
$_SERVER['REQUEST_METHOD'] = 'POST';
$_SERVER['REQUEST_URI']    = '/';
$_SERVER['HTTP_HOST']      = 'shop.test';
define( 'ABSPATH', $argv[1] . '/' );

/** Tells the test how far this request is. */
function tell( string $what ): void {
	echo $what, "\n";
}
