<?php
/**
 * Makes a throw-away WordPress with WooCommerce and this plugin, and loads it into the test process.
 *
 * AR_BRIDGE_WORDPRESS_DIR, AR_BRIDGE_WOOCOMMERCE_DIR   copies to link to; else ${XDG_CACHE_HOME:-~/.cache}/ar-bridge/store/{wordpress,woocommerce}
 * AR_BRIDGE_TEST_STORAGE   `hpos` (default) or `posts`: where WooCommerce keeps its orders
 * AR_BRIDGE_TEST_MYSQL     socket of a MySQL or MariaDB server with user `root` and no password; absent: SQLite drop-in. See with-mariadb.sh.
 *
 * Without the copies the tests of the store are skipped, by name, and the unit tests run all the same.
 */

declare( strict_types=1 );

require_once __DIR__ . '/support/ShopSite.php';
require_once __DIR__ . '/support/Running.php';
require_once __DIR__ . '/support/FakeSidecar.php';
require_once __DIR__ . '/support/FakeClock.php';
require_once __DIR__ . '/support/Shopper.php';
require_once __DIR__ . '/support/StoreTestCase.php';

use ArBridge\Test\ShopSite;
use ArBridge\Test\StoreTestCase;

$ar_bridge_site = ShopSite::make();
if ( is_string( $ar_bridge_site ) ) {
	StoreTestCase::$why_not = $ar_bridge_site;
	define( 'ABSPATH', sys_get_temp_dir() . '/' );
	require_once dirname( __DIR__, 2 ) . '/plugin/src/autoload.php';
	return;
}
StoreTestCase::$site = $ar_bridge_site;
// Behind whatever WordPress and the plugin still do at shutdown.
register_shutdown_function( static fn () => register_shutdown_function( array( $ar_bridge_site, 'remove' ) ) );

// WordPress expects to be loaded by a script at top level; PHPUnit includes this file from a method.
$_SERVER['HTTP_HOST']      = parse_url( $ar_bridge_site->url, PHP_URL_HOST ) . ':' . parse_url( $ar_bridge_site->url, PHP_URL_PORT );
$_SERVER['REQUEST_URI']    = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
$GLOBALS['table_prefix']   = 'wp_';
define( 'ABSPATH', $ar_bridge_site->folder . '/' );
require ABSPATH . 'wp-load.php';
