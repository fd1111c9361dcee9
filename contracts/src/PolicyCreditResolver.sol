// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CreditResolver} from "./CreditResolver.sol";
import {Attestation, IAttestations} from "./interfaces/IAttestations.sol";
import {IEvidenceLog} from "./interfaces/IEvidenceLog.sol";
import {CreditStanding, IPolicyCreditResolver} from "./interfaces/IPolicyCreditResolver.sol";
import {IPolicyRegistry} from "./interfaces/IPolicyRegistry.sol";
import {OrgId} from "./types/OrgId.sol";
import {Roles} from "./types/Roles.sol";

/// @title PolicyCreditResolver
/// @notice Asks what `CreditResolver` asks, then for an adopted policy; remembers who attested what last
contract PolicyCreditResolver is CreditResolver, IPolicyCreditResolver {
    /// @dev What owners must agree on: the fields of the claim before its heads, which come first in its encoding.
    uint256 private constant AGREED_BYTES = 9 * 32;

    /// @inheritdoc IPolicyCreditResolver
    IPolicyRegistry public immutable policies;

    mapping(OrgId subject => mapping(bytes32 policy => OrgId[])) private _attesters;
    mapping(OrgId subject => mapping(bytes32 policy => mapping(OrgId attester => bytes32 uid))) private _newest;

    constructor(IAttestations eas_, IEvidenceLog log_, IPolicyRegistry policies_) CreditResolver(eas_, log_) {
        if (address(policies_).code.length == 0) revert ContractMissing(address(policies_));
        // Else one could adopt with the votes of members whom the scores' registry does not know.
        if (address(policies_.registry()) != address(log_.registry())) {
            revert RegistryMismatch(address(log_), address(policies_));
        }
        policies = policies_;
    }

    /// @inheritdoc IPolicyCreditResolver
    function countsFor(OrgId subject, bytes32 policy, uint256 k) external view returns (bool enough, uint256 owners) {
        owners = standing(subject, policy, uint64(block.timestamp)).owners;
        enough = owners >= k && owners != 0 && policies.isAdopted(policy, uint64(block.timestamp));
    }

    /// @inheritdoc IPolicyCreditResolver
    function standing(OrgId subject, bytes32 policy, uint64 time)
        public
        view
        returns (CreditStanding memory newest)
    {
        OrgId[] storage known = _attesters[subject][policy];
        bytes32[] memory said = new bytes32[](known.length);
        bytes32 agreed;
        for (uint256 i = 0; i < known.length; ++i) {
            if (!registry.hasRoles(known[i], Roles.SCORER)) continue;
            Attestation memory attestation = eas.getAttestation(_newest[subject][policy][known[i]]);
            if (attestation.revocationTime != 0 || attestation.expirationTime <= time) continue;
            said[i] = _agreedPart(attestation.data);
            // In one second the later listed attester is the newer one.
            if (attestation.time < newest.attestedAt) continue;
            agreed = said[i];
            newest = _read(attestation);
        }
        for (uint256 i = 0; i < known.length; ++i) {
            if (agreed != bytes32(0) && said[i] == agreed) newest.owners += 1;
        }
    }

    /// @inheritdoc IPolicyCreditResolver
    function newestOf(OrgId subject, bytes32 policy, OrgId attester) external view returns (bytes32 uid) {
        return _newest[subject][policy][attester];
    }

    /// @inheritdoc IPolicyCreditResolver
    function attesters(OrgId subject, bytes32 policy) external view returns (OrgId[] memory) {
        return _attesters[subject][policy];
    }

    function _accept(Attestation calldata attestation) internal override {
        super._accept(attestation);
        (OrgId subject, bytes32 policy) = abi.decode(attestation.data, (OrgId, bytes32));
        if (!policies.isAdopted(policy, uint64(block.timestamp))) {
            revert PolicyNotAdopted(policy, uint64(block.timestamp));
        }
        OrgId attester = registry.orgOfAccount(attestation.attester);
        if (_newest[subject][policy][attester] == bytes32(0)) _attesters[subject][policy].push(attester);
        _newest[subject][policy][attester] = attestation.uid;
    }

    function _read(Attestation memory attestation) private pure returns (CreditStanding memory read) {
        (,, read.points, read.low, read.high, read.band, read.state) =
            abi.decode(attestation.data, (bytes32, bytes32, uint32, uint32, uint32, uint8, uint8));
        (read.uid, read.attestedAt, read.expires) = (attestation.uid, attestation.time, attestation.expirationTime);
    }

    function _agreedPart(bytes memory data) private pure returns (bytes32 digest) {
        // Never shorter: it was decoded as a claim when it was attested.
        assembly ("memory-safe") {
            digest := keccak256(add(data, 0x20), AGREED_BYTES)
        }
    }
}
