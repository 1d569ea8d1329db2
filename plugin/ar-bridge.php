<?php
/**
 * Plugin Name:          AR Bridge for WooCommerce and Oracle Fusion
 * Description:          Orders, payments and refunds of this store in Oracle Fusion Receivables, to the cent. Works with the AR Bridge sidecar.
 * Version:              0.1.0
 * Requires at least:    6.8
 * Requires PHP:         8.0
 * Requires Plugins:     woocommerce
 * Author:               AR Bridge
 * License:              GPL-2.0-or-later
 * License URI:          https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:          ar-bridge
 * Domain Path:          /languages
 * WC requires at least: 9.0
 * WC tested up to:      10.5
 *
 * @package ArBridge
 */

declare( strict_types=1 );

namespace ArBridge;

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/src/autoload.php';

Plugin::start( __FILE__ );
