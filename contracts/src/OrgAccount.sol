// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IOrgAccount} from "./interfaces/IOrgAccount.sol";
import {OrgId} from "./types/OrgId.sol";

/// @title OrgAccount
/// @notice Acts for one organisation. It holds no keys and cannot change itself; it never delegates its code
contract OrgAccount is IOrgAccount, EIP712 {
    bytes32 private constant MESSAGE_TYPE = keccak256("OrgMessage(bytes32 hash)");
    bytes4 private constant REFUSED = 0xffffffff;

    /// @inheritdoc IOrgAccount
    OrgId public immutable org;
    /// @inheritdoc IOrgAccount
    IMemberRegistry public immutable registry;

    constructor(IMemberRegistry registry_, OrgId org_) EIP712("Credence OrgAccount", "1") {
        if (address(registry_).code.length == 0 || org_.isZero()) {
            revert AccountMisconfigured(org_, address(registry_));
        }
        org = org_;
        registry = registry_;
    }

    /// @notice Takes ether, to pass on with `execute`
    receive() external payable {}

    /// @inheritdoc IOrgAccount
    /// @dev A suspended member may still act here: it must be able to revoke. What it may not do, the targets refuse.
    function execute(address target, uint256 value, bytes calldata data)
        external
        payable
        returns (bytes memory result)
    {
        if (!_isOperator(msg.sender)) revert NotOperator(org, msg.sender);
        if (data.length != 0 && target.code.length == 0) revert TargetWithoutCode(target);
        bool ok;
        (ok, result) = target.call{value: value}(data);
        if (!ok) {
            // The reason of the target, unchanged: it says why EAS or the resolver refused.
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
        emit Executed(msg.sender, target, value, data.length < 4 ? bytes4(0) : bytes4(data[:4]));
    }

    /// @inheritdoc IERC1271
    /// @dev Signed is `messageDigest(hash)`, not `hash`: else one operator's signature for one account would hold for
    ///      every other account that it operates, and on every other chain.
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError fault,) = ECDSA.tryRecover(messageDigest(hash), signature);
        if (fault != ECDSA.RecoverError.NoError || !_isOperator(signer)) return REFUSED;
        return IERC1271.isValidSignature.selector;
    }

    /// @inheritdoc IOrgAccount
    function messageDigest(bytes32 hash) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(MESSAGE_TYPE, hash)));
    }

    function _isOperator(address caller) private view returns (bool) {
        return registry.isAttestKey(org, caller, uint64(block.timestamp));
    }
}
